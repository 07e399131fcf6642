import type { Timestamp } from '@aegis/model';
import { type PathEnd, readPathEnd } from './as-path.ts';
import { chooseOrigin } from './choose-origin.ts';
import type { RouteSink } from './route-sink.ts';

const HEADER_BYTES = 12;
const TABLE_DUMP_V2 = 13;
/** RFC 6396 section 4.3.2; with path identifiers RFC 8050 section 4. */
const RIBS: Readonly<Record<number, { readonly family: 4 | 6; readonly addPath: boolean }>> = {
  2: { family: 4, addPath: false },
  4: { family: 6, addPath: false },
  8: { family: 4, addPath: true },
  10: { family: 6, addPath: true },
};
/** Far above what thousands of peers make of one prefix. */
const LARGEST_RECORD = 16 * 1024 * 1024;

/**
 * Reads an MRT dump (RFC 6396) piece by piece: unicast routes of TABLE_DUMP_V2; other records are passed over.
 * A prefix goes to the sink with the origin of its shortest valid path.
 */
export class MrtParser {
  readonly #sink: RouteSink;
  #rest: Buffer = Buffer.alloc(0);
  /** Where `#rest` begins in the dump. */
  #offset = 0;
  #asOf: Timestamp | undefined;
  readonly #words: Uint32Array = new Uint32Array(4);

  constructor(sink: RouteSink) {
    this.#sink = sink;
  }

  /** When the dump was begun; undefined before its first record. */
  get asOf(): Timestamp | undefined {
    return this.#asOf;
  }

  /** False where the dump cannot be read on: the mistake has been told. */
  push(chunk: Buffer): boolean {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (at + HEADER_BYTES <= bytes.length) {
      const length = bytes.readUInt32BE(at + 8);
      if (length > LARGEST_RECORD) {
        this.#sink.mistake(`byte ${this.#offset + at}: a record of ${length} bytes`);
        return false;
      }
      const end = at + HEADER_BYTES + length;
      if (end > bytes.length) break;
      this.#record(bytes, at, end);
      at = end;
    }
    this.#offset += at;
    // A copy, so that the chunk can go.
    this.#rest = Buffer.from(bytes.subarray(at));
    return true;
  }

  /** False where it ends within a record: the mistake has been told. */
  end(): boolean {
    if (this.#rest.length === 0) return true;
    this.#sink.mistake(`byte ${this.#offset}: ends within a record`);
    return false;
  }

  #record(bytes: Buffer, at: number, end: number): void {
    this.#asOf ??= bytes.readUInt32BE(at) * 1000;
    const rib = bytes.readUInt16BE(at + 4) === TABLE_DUMP_V2 ? RIBS[bytes.readUInt16BE(at + 6)] : undefined;
    if (rib === undefined) return;
    const trouble = this.#rib(bytes, at + HEADER_BYTES, end, rib.family, rib.addPath);
    if (trouble !== undefined) this.#sink.mistake(`byte ${this.#offset + at}: ${trouble}`);
  }

  /** What is wrong with a RIB entry record, in words. */
  #rib(bytes: Buffer, start: number, end: number, family: 4 | 6, addPath: boolean): string | undefined {
    // Sequence number, prefix length, prefix, count of entries.
    if (start + 5 > end) return 'a record that is cut off';
    const length = bytes[start + 4] as number;
    if (length > (family === 4 ? 32 : 128)) return `a prefix of ${length} bits`;
    let at = start + 5 + Math.ceil(length / 8);
    if (at + 2 > end) return 'a record that is cut off';
    readPrefix(bytes, start + 5, length, this.#words);
    const paths: PathEnd[] = [];
    const entryBytes = addPath ? 12 : 8;
    let left = bytes.readUInt16BE(at);
    for (at += 2; left > 0; left--) {
      // Peer index, time of origin, path identifier, length of the attributes.
      const attributes = at + entryBytes;
      if (attributes > end) return 'a record that is cut off';
      at = attributes + bytes.readUInt16BE(attributes - 2);
      if (at > end) return 'attributes that are cut off';
      const path = readPathEnd(bytes, attributes, at);
      if (path !== undefined) paths.push(path);
    }
    const origin = chooseOrigin(paths);
    if (origin === undefined) this.#sink.unknown();
    else this.#sink.route(family, this.#words, length, origin);
    return undefined;
  }
}

function readPrefix(bytes: Buffer, at: number, length: number, out: Uint32Array): void {
  for (let word = 0; word < 4; word++) {
    let value = 0;
    for (let i = 0; i < 4; i++) {
      const from = word * 32 + i * 8;
      const byte = from < length ? (bytes[at + from / 8] as number) : 0;
      // Bits after the prefix may be anything (RFC 6396 section 4.3.2).
      value =
        (value << 8) | (length - from >= 8 ? byte : byte & (0xff00 >>> Math.max(0, length - from)) & 0xff);
    }
    out[word] = value;
  }
}
