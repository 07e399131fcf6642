import { createHash } from 'node:crypto';

/** What was done for one session, between two moments. */
export interface Span {
  /** The session that it was done for. */
  readonly session: string;
  /** `ingest`, `analyze`, `decision` ...; with `subject` unique within a session. */
  readonly name: string;
  /** What it was done to, where a session has several: the id of a decision. */
  readonly subject?: string;
  readonly parent?: { readonly name: string; readonly subject?: string };
  /** ms of UTC, with fractions. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** 16 bytes in hex. */
export function traceIdOf(session: string): string {
  return digest('trace', session).slice(0, 32);
}

/** 8 bytes in hex. */
export function spanIdOf(session: string, name: string, subject = ''): string {
  return digest('span', session, name, subject).slice(0, 16);
}

/** Whether a session is traced, the same in every process; `percent` of all are. */
export function isSampled(session: string, percent: number): boolean {
  return Number.parseInt(digest('sample', session).slice(0, 8), 16) % 100 < percent;
}

/** Lengths keep the parts apart, whatever is in them. */
function digest(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest('hex');
}
