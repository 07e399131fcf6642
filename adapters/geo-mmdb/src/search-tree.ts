import type { Family } from '@aegis/model';
import type { Metadata } from './metadata.ts';
import { SEPARATOR_BYTES } from './metadata.ts';

/** Bits that a guide answers at once. */
const GUIDE_BITS = 16;
/** No record: the address is not in the database. */
export const NOT_FOUND = -1;

/**
 * The binary tree over the bits of addresses, walked where it lies in the file. A record is a node's number, the
 * number of nodes for "nothing", or above that an offset into the data section.
 *
 * The first 16 bits of either family are looked up in one step in a table of what the walk would come to.
 */
export class SearchTree {
  readonly #bytes: Buffer;
  readonly #nodeCount: number;
  readonly #recordSize: 24 | 28 | 32;
  readonly #ipv4Guide: Uint32Array = new Uint32Array(1 << GUIDE_BITS);
  /** Empty where the database is of IPv4 only. */
  readonly #ipv6Guide: Uint32Array;

  constructor(bytes: Buffer, { nodeCount, recordSize, ipVersion }: Metadata) {
    this.#bytes = bytes;
    this.#nodeCount = nodeCount;
    this.#recordSize = recordSize;
    this.#ipv6Guide = new Uint32Array(ipVersion === 6 ? 1 << GUIDE_BITS : 0);
    // IPv4 is at ::/96 (the format's section "IPv4 addresses in an IPv6 tree").
    let root = 0;
    for (let bit = ipVersion === 6 ? 96 : 0; bit > 0 && root < nodeCount; bit--) root = this.record(root, 0);
    this.#fill(this.#ipv4Guide, root, 0, GUIDE_BITS);
    if (ipVersion === 6) this.#fill(this.#ipv6Guide, 0, 0, GUIDE_BITS);
  }

  /** The offset into the data section of what is known of the address, or {@link NOT_FOUND}. */
  lookup(family: Family, words: Uint32Array): number {
    if (family === 4) return this.#found(this.#walkIPv4(words[0] as number));
    if (family === 6 && this.#ipv6Guide.length > 0) return this.#found(this.#walkIPv6(words));
    return NOT_FOUND;
  }

  /** One of the two records of a node: `side` 0 or 1. */
  record(node: number, side: number): number {
    const bytes = this.#bytes;
    if (this.#recordSize === 24) {
      const at = node * 6 + side * 3;
      return ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
    }
    if (this.#recordSize === 28) {
      const at = node * 7 + side * 4;
      const low =
        ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
      // The byte in the middle has the highest four bits of both.
      const middle = bytes[node * 7 + 3] as number;
      return low | (side === 0 ? (middle & 0xf0) << 20 : (middle & 0x0f) << 24);
    }
    const at = node * 8 + side * 4;
    return (
      (((bytes[at] as number) << 24) |
        ((bytes[at + 1] as number) << 16) |
        ((bytes[at + 2] as number) << 8) |
        (bytes[at + 3] as number)) >>>
      0
    );
  }

  #walkIPv4(word: number): number {
    const nodeCount = this.#nodeCount;
    let record = this.#ipv4Guide[word >>> GUIDE_BITS] as number;
    for (let shift = 31 - GUIDE_BITS; record < nodeCount && shift >= 0; shift--)
      record = this.record(record, (word >>> shift) & 1);
    return record;
  }

  #walkIPv6(words: Uint32Array): number {
    const nodeCount = this.#nodeCount;
    let record = this.#ipv6Guide[(words[0] as number) >>> GUIDE_BITS] as number;
    for (let bit = GUIDE_BITS; record < nodeCount && bit < 128; bit++)
      record = this.record(record, ((words[bit >>> 5] as number) >>> (31 - (bit & 31))) & 1);
    return record;
  }

  #found(record: number): number {
    return record > this.#nodeCount ? record - this.#nodeCount - SEPARATOR_BYTES : NOT_FOUND;
  }

  #fill(guide: Uint32Array, record: number, from: number, bits: number): void {
    if (bits === 0 || record >= this.#nodeCount) {
      guide.fill(record, from, from + 2 ** bits);
      return;
    }
    this.#fill(guide, this.record(record, 0), from, bits - 1);
    this.#fill(guide, this.record(record, 1), from + 2 ** (bits - 1), bits - 1);
  }
}
