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

/** The setting or section at a path; list indexes after a setting are ignored. */
export function memberAt(section: AnySection, path: KeyPath): AnyMember | undefined {
  let at: AnyMember = section;
  for (const part of path) {
    if (at.is === 'setting') return at;
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

function looseSchemaOf(section: AnySection): z.ZodType {
  const members = Object.entries(section.members);
  const shape = Object.fromEntries(
    members.map(([, member]) => [
      member.key,
      member.is === 'section' ? looseSchemaOf(member) : documented(member),
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
