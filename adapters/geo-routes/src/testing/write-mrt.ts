import type { PrefixParts } from '@aegis/model';

/** Segment types of RFC 4271 and RFC 5065. */
export type Segment = readonly ['set' | 'sequence' | 'confed', ...number[]];

export interface MrtRoute {
  readonly prefix: PrefixParts;
  /** One path for each peer that has the prefix; a plain list of numbers is one sequence. */
  readonly paths: readonly (
    | readonly number[]
    | { readonly segments: readonly Segment[]; readonly as4?: readonly number[] }
  )[];
}

export interface MrtOptions {
  /** Seconds. */
  readonly at: number;
  readonly addPath?: boolean;
}

const SEGMENT_TYPES = { set: 1, sequence: 2, confed: 3 } as const;

/** A TABLE_DUMP_V2 dump (RFC 6396, RFC 8050), for tests and benchmarks. */
export function writeMrt(routes: readonly MrtRoute[], { at, addPath = false }: MrtOptions): Buffer {
  const records = routes.map(({ prefix, paths }, sequence) => {
    const subtype = (prefix.family === 4 ? 2 : 4) + (addPath ? 6 : 0);
    const head = Buffer.alloc(5);
    head.writeUInt32BE(sequence);
    head[4] = prefix.length;
    const entries = paths.map((path, peer) => entry(peer, at, pathAttributes(path), addPath));
    return mrtRecord(
      at,
      subtype,
      Buffer.concat([head, prefixBytes(prefix), uint16(entries.length), ...entries]),
    );
  });
  return Buffer.concat([peerIndexTable(at), ...records]);
}

export function mrtRecord(at: number, subtype: number, body: Buffer): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32BE(at);
  header.writeUInt16BE(13, 4);
  header.writeUInt16BE(subtype, 6);
  header.writeUInt32BE(body.length, 8);
  return Buffer.concat([header, body]);
}

function peerIndexTable(at: number): Buffer {
  // Collector, no name, one IPv4 peer with a four-byte number.
  const peer = Buffer.concat([Buffer.of(2), Buffer.alloc(8, 1), Buffer.of(0, 0, 0xfb, 0xf0)]);
  return mrtRecord(at, 1, Buffer.concat([Buffer.alloc(4), uint16(0), uint16(1), peer]));
}

function entry(peer: number, at: number, attributes: Buffer, addPath: boolean): Buffer {
  const head = Buffer.alloc(addPath ? 12 : 8);
  head.writeUInt16BE(peer);
  head.writeUInt32BE(at, 2);
  head.writeUInt16BE(attributes.length, addPath ? 10 : 6);
  return Buffer.concat([head, attributes]);
}

export function pathAttributes(path: MrtRoute['paths'][number]): Buffer {
  const origin = Buffer.of(0x40, 1, 1, 0);
  const { segments, as4 } = isSegments(path)
    ? path
    : { segments: [['sequence', ...path] as const], as4: undefined };
  const attributes = [origin, attribute(2, Buffer.concat(segments.map(segment)))];
  if (as4 !== undefined) attributes.push(attribute(17, segment(['sequence', ...as4])));
  return Buffer.concat(attributes);
}

function isSegments(
  path: MrtRoute['paths'][number],
): path is Exclude<MrtRoute['paths'][number], readonly number[]> {
  return !Array.isArray(path);
}

function segment([type, ...numbers]: Segment): Buffer {
  const bytes = Buffer.alloc(2 + numbers.length * 4);
  bytes[0] = SEGMENT_TYPES[type];
  bytes[1] = numbers.length;
  for (const [index, number] of numbers.entries()) bytes.writeUInt32BE(number, 2 + index * 4);
  return bytes;
}

function attribute(type: number, body: Buffer): Buffer {
  return body.length < 256
    ? Buffer.concat([Buffer.of(0x40, type, body.length), body])
    : Buffer.concat([Buffer.of(0x50, type), uint16(body.length), body]);
}

function prefixBytes({ family, words, length }: PrefixParts): Buffer {
  const bytes = Buffer.alloc(16);
  for (const [index, word] of words.entries())
    bytes.writeUInt32BE(family === 6 || index === 0 ? word : 0, index * 4);
  return bytes.subarray(0, Math.ceil(length / 8));
}

function uint16(value: number): Buffer {
  return Buffer.of(value >>> 8, value & 255);
}
