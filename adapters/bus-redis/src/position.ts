import type { Timestamp } from '@aegis/model';
import type { Position } from '@aegis/ports';

/** Before the first message. */
export const BEGINNING: Position = '0-0';

/** Whether Redis could have given it as the id of an entry, by a clock of this or the next thousands of years. */
export function isPosition(text: string): boolean {
  return /^\d{1,15}-\d{1,15}$/.test(text);
}

/** Both must be positions. */
export function isAfter(a: Position, b: Position): boolean {
  const [aMs, aSeq] = parts(a);
  const [bMs, bSeq] = parts(b);
  return aMs === bMs ? aSeq > bSeq : aMs > bMs;
}

/** The first part of an id is the time of the server. */
export function timeOf(position: Position): Timestamp {
  return parts(position)[0];
}

/** As numbers: exact for what the clock of a server gives. */
function parts(position: Position): readonly [ms: number, seq: number] {
  const dash = position.indexOf('-');
  return [Number(position.slice(0, dash)), Number(position.slice(dash + 1))];
}
