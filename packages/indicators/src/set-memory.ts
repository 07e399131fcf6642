/**
 * A set of indicators as memory that threads share. A row has a member in each column; what differs by scope:
 *
 * | scope | `place` | `length` |
 * |---|---|---|
 * | ip, range of IPv4 | the address word | prefix length |
 * | ip, range of IPv6 | where its 16 bytes are in `arena` | 256 + prefix length |
 * | other | where its text is in `arena` | characters, + {@link WIDE} where each takes two bytes |
 */
export interface SetMemory {
  readonly rows: number;
  readonly scope: Uint8Array;
  readonly confidence: Uint8Array;
  readonly length: Uint16Array;
  readonly place: Uint32Array;
  /** Seconds since the epoch; 0: as long as the feed's entries hold. */
  readonly expires: Uint32Array;
  /** Seconds since the epoch; 0: unknown. */
  readonly seen: Uint32Array;
  /** 0, or 1 + where in `arena` its text is: a length byte before it. */
  readonly about: Uint32Array;
  readonly arena: Uint8Array;
  /** Open addressing with linear probing: 1 + row, or 0. A power of two long. */
  readonly slots: Uint32Array;
  /** Of the hash over texts. */
  readonly key: readonly [number, number];
  /** By `SCOPES`: how many rows. */
  readonly counts: readonly number[];
  /** The most labels of a domain. */
  readonly deepest: number;
  readonly prefixes: SharedArrayBuffer;
}

export const WIDE = 0x8000;
export const IPV6 = 256;

/** All memory of the set, bytes. */
export function bytesOf(memory: SetMemory): number {
  const { scope, confidence, length, place, expires, seen, about, arena, slots, prefixes } = memory;
  const columns = [scope, confidence, length, place, expires, seen, about, arena, slots];
  return columns.reduce((sum, { byteLength }) => sum + byteLength, prefixes.byteLength);
}
