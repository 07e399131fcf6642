import { z } from 'zod';
import type { AnyMember, AnySection, Section, Setting } from './setting.ts';

/** Where a key stands in the file: `['http', 'limits', 'body']`, with list indexes after it. */
export type KeyPath = readonly (string | number)[];

export function pathText(path: KeyPath): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}

export interface Placed {
  readonly path: readonly string[];
  readonly setting: Setting<unknown>;
}

/** Every setting with its path, in the order of the tree. */
export function settingsOf(section: AnySection, path: readonly string[] = []): readonly Placed[] {
  return Object.values(section.members).flatMap((member): readonly Placed[] =>
    member.is === 'section'
      ? settingsOf(member, [...path, member.key])
      : [{ path: [...path, member.key], setting: member }],
  );
}

/** The member of a section with this key in the file. */
export function memberOf(section: AnySection, key: string): AnyMember | undefined {
  return Object.values(section.members).find((member) => member.key === key);
}

/**
 * The setting or section at a path: of a list of records its items and their keys, and of other lists the list
 * itself, whatever index comes after it.
 */
export function memberAt(section: AnySection, path: KeyPath): AnyMember | undefined {
  let at: AnyMember = section;
  for (const part of path) {
    if (at.is === 'setting') {
      if (at.item === undefined) return at;
      at = at.item;
      continue;
    }
    const next: AnyMember | undefined = memberOf(at, String(part));
    if (next === undefined) return undefined;
    at = next;
  }
  return at;
}

/** The schema of the file form, strict: a key that is not in the tree is an issue. It gives the program's form. */
export function schemaOf<T>(section: Section<T>): z.ZodType<T> {
  return looseSchemaOf(section) as z.ZodType<T>;
}

/** The same for one entry of a list, which no layer below fills in: what is left out has its default. */
export function schemaOfItem<T>(section: Section<T>): z.ZodType<T> {
  return looseSchemaOf(section, (setting) => documented(setting).prefault(setting.initial)) as z.ZodType<T>;
}

function looseSchemaOf(
  section: AnySection,
  leaf: (setting: Setting<unknown>) => z.ZodType = documented,
): z.ZodType {
  const members = Object.entries(section.members);
  const shape = Object.fromEntries(
    members.map(([, member]) => [
      member.key,
      member.is === 'section' ? looseSchemaOf(member, leaf) : leaf(member),
    ]),
  );
  return z
    .strictObject(shape)
    .transform((written) => Object.fromEntries(members.map(([name, member]) => [name, written[member.key]])))
    .meta({ description: section.doc });
}

function documented(setting: Setting<unknown>): z.ZodType {
  const cost = setting.cost === undefined ? '' : ` Cost: ${setting.cost}`;
  return setting.schema.meta({ description: `${setting.doc}${cost}`, default: setting.initial });
}
