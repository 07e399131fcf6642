/**
 * The zstd seekable format, version 0.1.0 (facebook/zstd, contrib/seekable_format): independent zstd frames and,
 * behind them, a skippable frame that says how long each one is. Every zstd program reads such a file as the
 * whole that was compressed; we read any part of it by undoing only the frames the part stands in.
 */

/** One frame: where its content and its bytes in the file begin and how long they are. */
export interface Frame {
  readonly offset: number;
  readonly bytes: number;
  readonly at: number;
  readonly length: number;
}

const SKIPPABLE_MAGIC = 0x184d2a5e;
const SEEKABLE_MAGIC = 0x8f92eab1;
const HEADER_BYTES = 8;
const ENTRY_BYTES = 8;
const CHECKSUM_BYTES = 4;
const HAS_CHECKSUMS = 0x80;
export const FOOTER_BYTES = 9;

export function seekTable(frames: readonly Pick<Frame, 'bytes' | 'length'>[]): Buffer {
  const table = Buffer.alloc(HEADER_BYTES + frames.length * ENTRY_BYTES + FOOTER_BYTES);
  let at = table.writeUInt32LE(SKIPPABLE_MAGIC, 0);
  at = table.writeUInt32LE(table.length - HEADER_BYTES, at);
  for (const { bytes, length } of frames) {
    at = table.writeUInt32LE(length, at);
    at = table.writeUInt32LE(bytes, at);
  }
  at = table.writeUInt32LE(frames.length, at);
  at = table.writeUInt8(0, at);
  table.writeUInt32LE(SEEKABLE_MAGIC, at);
  return table;
}

/** Bytes of the whole table, told by the footer; undefined where it is none. */
export function seekTableBytes(footer: Buffer): number | undefined {
  if (footer.length !== FOOTER_BYTES || footer.readUInt32LE(5) !== SEEKABLE_MAGIC) return undefined;
  return HEADER_BYTES + footer.readUInt32LE(0) * entryBytes(footer) + FOOTER_BYTES;
}

/** Undefined where the table is none, or does not describe a file of `fileBytes`. */
export function parseSeekTable(table: Buffer, fileBytes: number): readonly Frame[] | undefined {
  const footer = table.subarray(-FOOTER_BYTES);
  if (seekTableBytes(footer) !== table.length || table.readUInt32LE(0) !== SKIPPABLE_MAGIC) return undefined;
  const frames: Frame[] = [];
  let at = 0;
  let offset = 0;
  for (let entry = HEADER_BYTES; entry < table.length - FOOTER_BYTES; entry += entryBytes(footer)) {
    const length = table.readUInt32LE(entry);
    const bytes = table.readUInt32LE(entry + 4);
    frames.push({ offset, bytes, at, length });
    offset += bytes;
    at += length;
  }
  return at + table.length === fileBytes ? frames : undefined;
}

function entryBytes(footer: Buffer): number {
  return ENTRY_BYTES + ((footer.readUInt8(4) & HAS_CHECKSUMS) === 0 ? 0 : CHECKSUM_BYTES);
}
