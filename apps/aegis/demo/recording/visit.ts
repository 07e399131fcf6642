import type { Random } from '@aegis/model';

export const SITE = 'http://www.larkfield.example';
export const SITE_ADDRESS = '192.0.2.10';

export type Kind = 'attack' | 'ordinary';

/** What a client does, one after the other. */
export type Step =
  /** A command line without a shell; killed after `seconds` (default 25). */
  | { readonly run: readonly string[]; readonly seconds?: number }
  | { readonly pauseMs: number }
  /** A person with a browser. */
  | { readonly browse: Persona };

export interface Persona {
  readonly userAgent: string;
  readonly width: number;
  readonly height: number;
  readonly language: string;
  readonly acts: readonly Act[];
}

export type Act =
  | { readonly open: string; readonly from?: string }
  | { readonly follow: 'any' }
  | { readonly fill: Readonly<Record<string, string>>; readonly form: string }
  | { readonly readMs: number };

/** What a tool's author may draw from. */
export interface Prompt {
  readonly random: Random;
  readonly pick: <T>(choices: readonly T[]) => T;
  readonly chance: (probability: number) => boolean;
  /** A whole number, both ends included. */
  readonly between: (low: number, high: number) => number;
  /** A random handful of these, in their order. */
  readonly some: (lines: readonly string[], count: number) => readonly string[];
  /** Writes the lines into a new file and tells its path. */
  readonly file: (lines: readonly string[]) => string;
  /** A new empty folder. */
  readonly folder: () => string;
  /** The lines of a file of the tools' packages. */
  readonly list: (path: string) => readonly string[];
}

export type Tool = (prompt: Prompt) => readonly Step[];
