import { DURATION_PATTERN, Prefix, parseDuration } from '@aegis/model';
import { z } from 'zod';
import { BYTE_SIZE_PATTERN, parseByteSize } from './byte-size.ts';
import { parseServerAddress, type ServerAddress } from './server-address.ts';
import type { AnySection, Section, Setting } from './setting.ts';
import { schemaOfItem } from './setting-tree.ts';

/** What every kind of setting is told. */
interface About {
  readonly key: string;
  readonly doc: string;
  readonly cost?: string;
  readonly variables?: readonly string[];
}

function setting<T>(
  about: About,
  rest: Pick<Setting<T>, 'expected' | 'initial' | 'form' | 'schema' | 'item'>,
): Setting<T> {
  return Object.freeze({ is: 'setting', variables: [], ...about, ...rest } as const);
}

interface TextOptions extends About {
  readonly initial: string;
  readonly pattern: RegExp;
  readonly expected: string;
}

export function text({ initial, pattern, expected, ...about }: TextOptions): Setting<string> {
  const error = `expected ${expected}`;
  const schema = z.string({ error }).regex(pattern, { error });
  return setting<string>(about, { expected, initial, form: 'text', schema });
}

interface ChoiceOptions<T extends string> extends About {
  readonly initial: T;
  readonly choices: readonly T[];
}

export function choice<const T extends string>({ initial, choices, ...about }: ChoiceOptions<T>): Setting<T> {
  const expected = `one of ${choices.join(', ')}`;
  const schema = z.enum(choices, { error: `expected ${expected}` });
  return setting<T>(about, { expected, initial, form: 'text', schema: schema as unknown as z.ZodType<T> });
}

interface ChoicesOptions<T extends string> extends About {
  readonly initial: readonly T[];
  readonly choices: readonly T[];
  /** Default: each once. */
  readonly most?: number;
}

export function choices<const T extends string>(options: ChoicesOptions<T>): Setting<readonly T[]> {
  const { initial, choices: allowed, most = allowed.length, ...about } = options;
  const error = `expected one of ${allowed.join(', ')}`;
  const expected = `a list of some of ${allowed.join(', ')}`;
  const item = z.enum(allowed, { error }) as unknown as z.ZodType<T>;
  const schema = z
    .array(item, { error: `expected ${expected}` })
    .max(most, { error: `expected ${expected}` });
  return setting<readonly T[]>(about, { expected, initial, form: 'list', schema });
}

interface FlagOptions extends About {
  readonly initial: boolean;
}

export function flag({ initial, ...about }: FlagOptions): Setting<boolean> {
  const expected = 'true or false';
  const schema = z.boolean({ error: `expected ${expected}` });
  return setting<boolean>(about, { expected, initial, form: 'flag', schema });
}

interface WholeOptions extends About {
  readonly initial: number;
  readonly min: number;
  readonly max: number;
  /** `sessions`, `ms`; none where it counts nothing, as a port. */
  readonly unit?: string;
}

export function whole({ initial, min, max, unit, ...about }: WholeOptions): Setting<number> {
  const of = unit === undefined ? '' : ` of ${unit}`;
  const expected = `a whole number${of} from ${min} to ${max}`;
  const error = `expected ${expected}`;
  const schema = z.int({ error }).min(min, { error }).max(max, { error });
  return setting<number>(about, { expected, initial, form: 'number', schema });
}

interface MeasureOptions extends About {
  readonly initial: string;
  readonly min: string;
  readonly max: string;
}

/** Milliseconds for the program. */
export function duration(options: MeasureOptions): Setting<number> {
  const units = '(units ms, s, m, h, d)';
  return measure(options, `a duration such as ${options.initial} ${units}`, DURATION_PATTERN, parseDuration);
}

/** Bytes for the program. */
export function size(options: MeasureOptions): Setting<number> {
  const units = '(units B, kB, MB, GB, KiB, MiB, GiB)';
  return measure(options, `a size such as ${options.initial} ${units}`, BYTE_SIZE_PATTERN, parseByteSize);
}

function measure(
  { initial, min, max, ...about }: MeasureOptions,
  kind: string,
  pattern: RegExp,
  parse: (text: string) => number | undefined,
): Setting<number> {
  const expected = `${kind}, from ${min} to ${max}`;
  const error = `expected ${expected}`;
  const lowest = parse(min) ?? 0;
  const highest = parse(max) ?? 0;
  const schema = z
    .string({ error })
    .regex(pattern, { error })
    .transform((written, context) => {
      const value = parse(written);
      if (value !== undefined && value >= lowest && value <= highest) return value;
      context.addIssue({ code: 'custom', message: error });
      return z.NEVER;
    });
  return setting<number>(about, { expected, initial, form: 'text', schema });
}

interface ListOptions extends About {
  readonly most: number;
}

/** Addresses and prefixes, made canonical. */
export function prefixes({ most, ...about }: ListOptions): Setting<readonly Prefix[]> {
  const expected = `a list of at most ${most} addresses or prefixes, such as [192.0.2.0/24, "2001:db8::/32"]`;
  const item = z
    .string({ error: 'expected an address or a prefix, such as 192.0.2.0/24' })
    .transform((written, context) => {
      const parsed = Prefix.parse(written);
      if (parsed.ok) return parsed.value;
      context.addIssue({ code: 'custom', message: parsed.error.message });
      return z.NEVER;
    });
  const error = `expected ${expected}`;
  const schema = z.array(item, { error }).max(most, { error });
  return setting<readonly Prefix[]>(about, { expected, initial: [], form: 'list', schema });
}

interface ServersOptions extends ListOptions {
  readonly defaultPort: number;
}

export function servers({ most, defaultPort, ...about }: ServersOptions): Setting<readonly ServerAddress[]> {
  const expected = `a list of at most ${most} servers, such as [redis-1:${defaultPort}, redis-2:${defaultPort}]`;
  const wrong = `expected a server, such as redis-1:${defaultPort}`;
  const item = z.string({ error: wrong }).transform((written, context) => {
    const address = parseServerAddress(written, defaultPort);
    if (address !== undefined) return address;
    context.addIssue({ code: 'custom', message: wrong });
    return z.NEVER;
  });
  const error = `expected ${expected}`;
  const schema = z.array(item, { error }).max(most, { error });
  return setting<readonly ServerAddress[]>(about, { expected, initial: [], form: 'list', schema });
}

export function paths({ most, ...about }: ListOptions): Setting<readonly string[]> {
  const expected = `a list of at most ${most} file names`;
  const item = z
    .string({ error: 'expected a file name' })
    .min(1, { error: 'expected a file name' })
    .max(4096, { error: 'expected a file name of at most 4096 characters' });
  const error = `expected ${expected}`;
  const schema = z.array(item, { error }).max(most, { error });
  return setting<readonly string[]>(about, { expected, initial: [], form: 'list', schema });
}

interface TextsOptions extends ListOptions {
  readonly pattern: RegExp;
  /** Of one of them. */
  readonly expected: string;
}

export function texts({ most, pattern, expected: one, ...about }: TextsOptions): Setting<readonly string[]> {
  const expected = `a list of at most ${most}, each ${one}`;
  const item = z.string({ error: `expected ${one}` }).regex(pattern, { error: `expected ${one}` });
  const error = `expected ${expected}`;
  const schema = z.array(item, { error }).max(most, { error });
  return setting<readonly string[]>(about, { expected, initial: [], form: 'list', schema });
}

interface RecordsOptions<T> extends ListOptions {
  readonly item: Section<T>;
  /** The key that tells one from another, and the same in the program. */
  readonly named: keyof T & string;
}

/** A list of records; what one leaves out has the default of its key. */
export function records<T>({ most, item, named, ...about }: RecordsOptions<T>): Setting<readonly T[]> {
  const expected = `a list of at most ${most} entries, each with keys of its own`;
  const error = `expected ${expected}`;
  const schema = z
    .array(schemaOfItem(item), { error })
    .max(most, { error })
    .superRefine((list, context) => {
      const names = list.map((each) => each[named]);
      for (const [index, name] of names.entries()) {
        if (names.indexOf(name) === index) continue;
        const message = `${JSON.stringify(name)} is the ${named} of another entry; give each its own`;
        context.addIssue({ code: 'custom', path: [index, named], message });
      }
    });
  const kind = { expected, initial: [], form: 'json', schema, item: item as unknown as AnySection } as const;
  return setting<readonly T[]>(about, kind);
}
