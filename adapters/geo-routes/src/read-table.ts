import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { Result, type Timestamp } from '@aegis/model';
import { RangeBuilder, type Ranges } from '@aegis/netset';
import { MrtParser } from './mrt-parser.ts';
import type { RouteSink } from './route-sink.ts';
import { TextTableParser } from './text-table-parser.ts';

export interface TableLimits {
  /** After decompression. */
  readonly maxBytes: number;
  /** Of each family. */
  readonly maxPrefixes: number;
}

/** A file of routes made into ranges. */
export interface Table {
  readonly type: 'MRT' | 'prefix table';
  /** When a dump was begun; undefined for text, which does not say. */
  readonly asOf: Timestamp | undefined;
  readonly prefixes: number;
  readonly ipv4: Ranges;
  readonly ipv6: Ranges;
}

/** A file is refused where more than one in so many of its records cannot be read. */
const MISTAKE_SHARE = 100;

/** Reads a file whole, compressed by gzip or zstd or not; the error says in words why it cannot be used. */
export async function readTable(path: string, limits: TableLimits): Promise<Result<Table, string>> {
  const head = await firstBytes(path);
  if (head.subarray(0, 3).toString('latin1') === 'BZh')
    return Result.err(
      'is compressed by bzip2, which is not read here: decompress it, or compress it by gzip',
    );
  return readRoutes(decompressed(path, head), limits);
}

async function readRoutes(
  chunks: AsyncIterable<Buffer>,
  limits: TableLimits,
): Promise<Result<Table, string>> {
  const gathered = new GatheredRoutes(limits.maxPrefixes);
  let parser: MrtParser | TextTableParser | undefined;
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > limits.maxBytes) return Result.err(`is more than ${limits.maxBytes} bytes decompressed`);
    // The type of an MRT record is two bytes, of which the first is 0, as no byte of a text is.
    parser ??= chunk[4] === 0 ? new MrtParser(gathered) : new TextTableParser(gathered);
    if (!parser.push(chunk)) return Result.err(gathered.firstMistake);
  }
  if (parser === undefined) return Result.err('is empty');
  if (!parser.end()) return Result.err(gathered.firstMistake);
  const { mistakes, firstMistake, prefixes } = gathered;
  if (mistakes * MISTAKE_SHARE > prefixes + gathered.unknowns)
    return Result.err(`has ${mistakes} mistakes, the first in ${firstMistake}`);
  if (prefixes === 0) return Result.err('has no prefix with an origin in it');
  const [type, asOf] =
    parser instanceof MrtParser ? (['MRT', parser.asOf] as const) : (['prefix table', undefined] as const);
  return Result.ok({ type, asOf, prefixes, ...gathered.ranges() });
}

class GatheredRoutes implements RouteSink {
  readonly #ipv4: RangeBuilder;
  readonly #ipv6: RangeBuilder;
  firstMistake = '';
  mistakes = 0;
  unknowns = 0;

  constructor(most: number) {
    this.#ipv4 = new RangeBuilder(4, most);
    this.#ipv6 = new RangeBuilder(6, most);
  }

  get prefixes(): number {
    return this.#ipv4.size + this.#ipv6.size;
  }

  route(family: 4 | 6, words: Uint32Array, length: number, origin: number): void {
    (family === 4 ? this.#ipv4 : this.#ipv6).add(words, length, origin);
  }

  unknown(): void {
    this.unknowns++;
  }

  mistake(what: string): void {
    this.mistakes++;
    if (this.mistakes === 1) this.firstMistake = what;
  }

  ranges(): { readonly ipv4: Ranges; readonly ipv6: Ranges } {
    return { ipv4: this.#ipv4.ranges(), ipv6: this.#ipv6.ranges() };
  }
}

async function firstBytes(path: string): Promise<Buffer> {
  for await (const chunk of createReadStream(path, { end: 15 })) return chunk as Buffer;
  return Buffer.alloc(0);
}

function decompressed(path: string, head: Buffer): Readable {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  const magic = head.length < 4 ? 0 : head.readUInt32BE(0);
  const through =
    magic >>> 16 === 0x1f8b ? createGunzip() : magic === 0x28b5_2ffd ? createZstdDecompress() : undefined;
  // An error of either ends the last of them, where it is met by who reads.
  return through === undefined ? file : pipeline(file, through, () => {});
}
