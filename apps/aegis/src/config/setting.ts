import type { z } from 'zod';

/** A value as one writes it in the file. */
export type Written = string | number | boolean | readonly string[];

/** How the text of an environment variable becomes a {@link Written} value. */
export type Form = 'text' | 'number' | 'flag' | 'list' | 'json';

/** One documented key of the config. `T` is what the program gets, which may differ from what is written. */
export interface Setting<T> {
  readonly is: 'setting';
  /** Its name in the file, snake_case. */
  readonly key: string;
  /** One or two sentences for the operator. */
  readonly doc: string;
  /** What may be written, completing "expected ...". */
  readonly expected: string;
  /** The default, as written. */
  readonly initial: Written;
  readonly form: Form;
  /** What raising it costs, or widening it where it is a list. */
  readonly cost?: string;
  /** Names in the environment besides `AEGIS_<SECTION>_<KEY>`: those that the specs use. */
  readonly variables: readonly string[];
  readonly schema: z.ZodType<T>;
  /** The keys of each item, where it is a list of records. */
  readonly item?: AnySection;
}

/** Keys that belong together. The names of `members` are those that the program uses. */
export interface Section<T> {
  readonly is: 'section';
  readonly key: string;
  readonly doc: string;
  readonly members: { readonly [K in keyof T]-?: Member<T[K]> };
}

type Leaf = string | number | boolean | readonly unknown[];

// The tuples keep `boolean` and unions of literals from being distributed over.
type Member<T> = [T] extends [Leaf] ? Setting<T> : Section<T>;

/** A section whose members are looked at one by one, whatever they hold. */
export interface AnySection {
  readonly is: 'section';
  readonly key: string;
  readonly doc: string;
  readonly members: Readonly<Record<string, AnyMember>>;
}

export type AnyMember = AnySection | Setting<unknown>;
