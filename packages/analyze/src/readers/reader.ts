import type { Result, SessionInput, Timestamp } from '@aegis/model';
import type { SensorEvent } from '../sessionize/sensor-event.ts';
import type { LineError } from './line-error.ts';

/** In the order in which they are tried; the more particular first. */
export const READER_FORMATS = [
  'tanner',
  'cowrie',
  'snare',
  'w3c-log',
  'zeek-http',
  'access-log',
  'host-log',
  'json-access-log',
] as const;
export type ReaderFormat = (typeof READER_FORMATS)[number];

/** A whole session as its sensor judged it, or one event that the sessionizer has to place. */
export type ReaderItem =
  | { readonly kind: 'session'; readonly session: SessionInput }
  | { readonly kind: 'event'; readonly event: SensorEvent };

/**
 * Makes something of the lines of one format. A caller may assume: `read` never throws, whatever the line; an
 * error on one line changes nothing for the next; undefined is a line that adds nothing (blank, a comment, an
 * event without interest).
 */
export interface Reader {
  readonly format: ReaderFormat;
  /** How well these lines fit, 0-1: the share that can be read, blank ones aside. */
  recognise(lines: readonly string[]): number;
  /** `receivedAt` is the time of an event whose sensor sends none (SNARE). */
  read(line: string, receivedAt?: Timestamp): Result<ReaderItem | undefined, LineError>;
}

/** The share of lines that `read` accepts and that are not blank; 0 where all are blank. */
export function shareRead(
  read: (line: string) => Result<unknown, LineError>,
  lines: readonly string[],
): number {
  const written = lines.filter((line) => line.trim() !== '');
  const good = written.filter((line) => read(line).ok);
  return written.length === 0 ? 0 : good.length / written.length;
}
