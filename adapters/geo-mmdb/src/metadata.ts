import { Result, type Timestamp } from '@aegis/model';
import { DataSection } from './data-section.ts';
import { decodeValue, type MmdbValue } from './decode-value.ts';

export interface Metadata {
  /** `GeoLite2-Country`, `DBIP-ASN-Lite`, ... */
  readonly type: string;
  readonly built: Timestamp;
  readonly nodeCount: number;
  /** Bits of one of the two records of a node. */
  readonly recordSize: 24 | 28 | 32;
  readonly ipVersion: 4 | 6;
  /** Where the data section begins and ends in the file. */
  readonly dataStart: number;
  readonly dataEnd: number;
}

const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
/** The format allows no more metadata than this. */
const MOST_METADATA_BYTES = 128 * 1024;
/** Zero bytes between search tree and data section. */
export const SEPARATOR_BYTES = 16;

/** Finds the metadata at the end of a file and checks what it says against the file; the error is in words. */
export function readMetadata(bytes: Buffer): Result<Metadata, string> {
  const marker = bytes.lastIndexOf(MARKER);
  if (marker < 0 || bytes.length - marker - MARKER.length > MOST_METADATA_BYTES) {
    return Result.err('is no MaxMind DB or is cut off: there is no metadata at its end');
  }
  const section = new DataSection(bytes, marker + MARKER.length, bytes.length);
  const map = decodeValue(section, 0);
  if (!isMap(map)) return Result.err('has metadata that cannot be decoded');
  const { node_count: nodeCount, record_size: recordSize, ip_version: ipVersion } = map;
  const { binary_format_major_version: version, build_epoch: built, database_type: type } = map;
  if (version !== 2) return Result.err(`is of format version ${shown(version)}; only 2 is known`);
  if (recordSize !== 24 && recordSize !== 28 && recordSize !== 32)
    return Result.err(`has a record size of ${shown(recordSize)} bits; expected 24, 28 or 32`);
  if (ipVersion !== 4 && ipVersion !== 6)
    return Result.err(`is for IP version ${shown(ipVersion)}; expected 4 or 6`);
  if (typeof nodeCount !== 'number' || nodeCount < 1 || typeof type !== 'string')
    return Result.err('has metadata without node_count or database_type');
  const treeBytes = (nodeCount * recordSize) / 4;
  const dataStart = treeBytes + SEPARATOR_BYTES;
  if (dataStart > marker)
    return Result.err(
      `is cut off: a tree of ${nodeCount} nodes takes ${treeBytes} of its ${bytes.length} bytes`,
    );
  if (bytes.subarray(treeBytes, dataStart).some((byte) => byte !== 0))
    return Result.err(`does not have a search tree of ${nodeCount} nodes, as its metadata says`);
  return Result.ok({
    type: type.slice(0, 100),
    built: typeof built === 'bigint' ? Number(BigInt.asUintN(42, built)) * 1000 : 0,
    nodeCount,
    recordSize,
    ipVersion,
    dataStart,
    dataEnd: marker,
  });
}

function isMap(value: MmdbValue | undefined): value is { readonly [key: string]: MmdbValue } {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function shown(value: MmdbValue | undefined): string {
  return typeof value === 'number' ? String(value) : 'nothing known';
}
