import type { z } from 'zod';
import type { ConfigError } from './config-error.ts';
import { put, type WrittenTree } from './layers.ts';
import type { AnySection, Setting } from './setting.ts';
import { type KeyPath, memberAt, memberOf, pathText, settingsOf } from './setting-tree.ts';
import { showValue } from './show-value.ts';
import { suggest } from './suggest.ts';

/** A {@link ConfigError} whose place in the file is not yet known. */
export interface Unplaced {
  readonly kind: ConfigError['kind'];
  readonly path: KeyPath;
  readonly message: string;
}

/** What the schema found, in the operator's words: what would be right, and what is there. */
export function explainIssues(
  root: AnySection,
  tree: Readonly<WrittenTree>,
  issues: readonly z.core.$ZodIssue[],
): readonly Unplaced[] {
  return issues.flatMap((issue): readonly Unplaced[] => {
    const path = issue.path as KeyPath;
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        kind: 'unknown_key',
        path: [...path, key],
        message: unknownKey(root, path, key),
      }));
    }
    const value = valueAt(tree, path);
    const member = memberAt(root, path);
    if (member?.is === 'section') {
      const message = `expected a section: keys below it, indented; found ${showValue(value)}`;
      return [{ kind: 'bad_value', path, message }];
    }
    const found = issue.message.includes(showValue(value)) ? '' : `; found ${showValue(value)}`;
    const hint = member === undefined ? '' : rewritten(member, valueAt(tree, settingPath(root, path)));
    return [{ kind: 'bad_value', path, message: `${issue.message}${found}${hint}` }];
  });
}

function valueAt(tree: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (at, part) =>
      at !== null && typeof at === 'object' ? (at as Record<string | number, unknown>)[part] : undefined,
    tree,
  );
}

function settingPath(root: AnySection, path: KeyPath): KeyPath {
  const lists = path.findIndex((_, index) => memberAt(root, path.slice(0, index))?.is === 'setting');
  return lists < 0 ? path : path.slice(0, lists);
}

/** The same value in another spelling, where that would have passed: quotes too many, too few, no list. */
function rewritten(setting: Setting<unknown>, value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return '';
  const spellings = [
    String(value),
    Number(value),
    value === 'true' ? true : value === 'false' ? false : [value],
  ];
  const right = spellings.find((spelling) => setting.schema.safeParse(spelling).success);
  return right === undefined ? '' : `; write ${JSON.stringify(right)}`;
}

function unknownKey(root: AnySection, path: KeyPath, key: string): string {
  if (/key|token|password|secret/i.test(key)) {
    return 'secrets do not belong into this file; set AEGIS_API_KEY or AEGIS_API_KEY_FILE in the environment';
  }
  const section = memberAt(root, path);
  const here = section?.is === 'section' ? Object.values(section.members).map((member) => member.key) : [];
  const near = suggest(key, here);
  if (near !== undefined) return `is no key here; did you mean ${near}?`;
  if (memberOf(root, key) !== undefined) return `is no key here; ${key} belongs to the top level`;
  const paths = settingsOf(root).map(({ path }) => path);
  const dotted = paths.find((each) => pathText(each) === key);
  if (dotted !== undefined)
    return `is no key; write ${dotted.join(': {')}: ...${'}'.repeat(dotted.length - 1)}`;
  const elsewhere = paths.filter((each) => each.at(-1) === key).map(pathText);
  if (elsewhere.length > 0) return `is no key here; did you mean ${elsewhere.slice(0, 3).join(' or ')}?`;
  return `is no key here; known are ${here.join(', ')}`;
}

/** A copy in which what the issues are about says the default again, so that the rest can be checked. */
export function withoutIssues(
  root: AnySection,
  tree: Readonly<WrittenTree>,
  wrong: readonly Unplaced[],
): WrittenTree {
  const copy: WrittenTree = Object.create(null);
  const isWrong = (path: KeyPath): boolean =>
    wrong.some((each) => {
      const at = settingPath(root, each.path);
      return at.every((part, index) => path[index] === part);
    });
  for (const { path, setting } of settingsOf(root)) {
    put(copy, path, isWrong(path) ? setting.initial : valueAt(tree, path));
  }
  return copy;
}
