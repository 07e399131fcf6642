import type { Timestamp } from '@aegis/model';
import type { Position } from '@aegis/ports';

/** Before the first message. */
export const BEGINNING: Position = '0-0';

const LARGEST = 2n ** 64n - 1n;

/** Whether Redis could have given it as the id of an entry: two 64-bit numbers. */
export function isPosition(text: string): boolean {
  const [, ...parts] = /^(\d{1,20})-(\d{1,20})$/.exec(text) ?? [];
  return parts.length === 2 && parts.every((part) => BigInt(part) <= LARGEST);
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
