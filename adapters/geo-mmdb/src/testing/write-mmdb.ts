import type { PrefixParts } from '@aegis/model';
import { type Encodable, encodeValue, ValueWriter } from './encode-value.ts';

export type { Encodable } from './encode-value.ts';

export interface MmdbContent {
  readonly type: string;
  /** Shorter prefixes before the longer ones inside them. */
  readonly entries: readonly { readonly prefix: PrefixParts; readonly record: Encodable }[];
  /** Default 28. */
  readonly recordSize?: 24 | 28 | 32;
  /** Seconds; default 2026-11-01. */
  readonly built?: number;
}

/** 31 bits tell nodes from data while the tree is built. */
const DATA = 2 ** 31;
const NOTHING = 2 ** 32 - 1;

/** A MaxMind DB of IPv6 with IPv4 at ::/96, for tests and benchmarks. */
export function writeMmdb({ type, entries, recordSize = 28, built = 1_793_491_200 }: MmdbContent): Buffer {
  const data = new ValueWriter();
  const tree = new GrowingTree();
  for (const { prefix, record } of entries) tree.insert(prefix, DATA + data.write(record));
  const metadata = encodeValue({
    node_count: tree.nodeCount,
    record_size: recordSize,
    ip_version: 6,
    database_type: type,
    languages: ['en'],
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: BigInt(built),
    description: { en: 'written for tests' },
  });
  const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
  return Buffer.concat([tree.encode(recordSize), Buffer.alloc(16), data.encode(), marker, metadata]);
}

class GrowingTree {
  #records: Uint32Array = new Uint32Array(1 << 16).fill(NOTHING);
  nodeCount = 1;

  insert({ family, words, length }: PrefixParts, record: number): void {
    const bits = family === 4 ? [0, 0, 0, words[0]] : words;
    const depth = family === 4 ? 96 + length : length;
    let node = 0;
    for (let bit = 0; bit < depth; bit++) {
      const at = node * 2 + (((bits[bit >>> 5] as number) >>> (31 - (bit & 31))) & 1);
      if (bit === depth - 1) this.#records[at] = record;
      else node = this.#childOf(at);
    }
  }

  encode(recordSize: 24 | 28 | 32): Buffer {
    const { nodeCount } = this;
    const nodeBytes = recordSize / 4;
    const bytes = Buffer.alloc(nodeCount * nodeBytes);
    const final = (at: number): number => {
      const record = this.#records[at] as number;
      if (record === NOTHING) return nodeCount;
      return record < DATA ? record : nodeCount + 16 + record - DATA;
    };
    for (let node = 0; node < nodeCount; node++) {
      const left = final(node * 2);
      const right = final(node * 2 + 1);
      const at = node * nodeBytes;
      if (recordSize === 28) {
        bytes.writeUIntBE(left & 0xff_ffff, at, 3);
        bytes[at + 3] = ((left >>> 24) << 4) | (right >>> 24);
        bytes.writeUIntBE(right & 0xff_ffff, at + 4, 3);
      } else {
        bytes.writeUIntBE(left, at, nodeBytes / 2);
        bytes.writeUIntBE(right, at + nodeBytes / 2, nodeBytes / 2);
      }
    }
    return bytes;
  }

  /** Makes a node where there is none; what was known of the whole is known of both halves. */
  #childOf(at: number): number {
    const record = this.#records[at] as number;
    if (record < DATA) return record;
    const node = this.nodeCount++;
    if (node * 2 + 1 >= this.#records.length) {
      const larger = new Uint32Array(this.#records.length * 2).fill(NOTHING);
      larger.set(this.#records);
      this.#records = larger;
    }
    this.#records[node * 2] = record;
    this.#records[node * 2 + 1] = record;
    this.#records[at] = node;
    return node;
  }
}
