import { Address, formatIPv4, formatIPv6, Result } from '@aegis/model';
import { crc32c } from './crc32c.ts';
import type { HeaderOutcome } from './proxy-header.ts';

export const VERSION_TWO_START: Buffer = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

const FIXED_BYTES = 16;
/**
 * Of the whole header. Addresses take at most 216 bytes, what proxies add (TLS facts, ids, names) some hundreds; the
 * length field would allow 64 KiB.
 */
export const MAX_HEADER_BYTES = 4_096;

const VERSION = 0x20;
const LOCAL = 0;
const PROXY = 1;

/** Bytes that both addresses and ports take, by address family. */
const ADDRESS_BYTES: Readonly<Record<number, number>> = Object.freeze({ 1: 12, 2: 36, 3: 216 });
const MAX_FAMILY = 3;
/** 0 unspecified, 1 stream, 2 datagram. */
const MAX_TRANSPORT = 2;

const TLV_CRC32C = 3;
const CRC_BYTES = 4;

/** Twelve fixed bytes, version and command, family and transport, length; then addresses, then TLVs. */
export function readVersionTwo(bytes: Buffer): HeaderOutcome {
  if (bytes.length < FIXED_BYTES) return Result.ok(undefined);
  const command = bytes.readUInt8(12) - VERSION;
  const family = bytes.readUInt8(13) >> 4;
  const transport = bytes.readUInt8(13) & 0xf;
  const length = FIXED_BYTES + bytes.readUInt16BE(14);
  if (command !== LOCAL && command !== PROXY) return Result.err('malformed');
  if (family > MAX_FAMILY || transport > MAX_TRANSPORT) return Result.err('malformed');
  if (length > MAX_HEADER_BYTES) return Result.err('oversized');
  if (bytes.length < length) return Result.ok(undefined);
  // LOCAL: the proxy itself connected, as for a health check; what else it says counts for nothing.
  if (command === LOCAL) return Result.ok({ length });
  const addresses = ADDRESS_BYTES[family] ?? 0;
  const extensions = FIXED_BYTES + addresses;
  if (extensions > length || !areExtensionsSound(bytes.subarray(0, length), extensions))
    return Result.err('malformed');
  const source = sourceOf(bytes, family);
  return Result.ok(source === undefined ? { length } : { length, source });
}

/** A client on a UNIX socket, or of an unspecified kind, has no address. */
function sourceOf(bytes: Buffer, family: number): Address | undefined {
  const word = (index: number): number => bytes.readUInt32BE(FIXED_BYTES + 4 * index);
  if (family === 1) return formatIPv4(word(0)) as Address;
  if (family !== 2) return undefined;
  // Parsed again, as an IPv4-mapped one is IPv4.
  const parsed = Address.parse(formatIPv6(word(0), word(1), word(2), word(3)));
  return parsed.ok ? parsed.value : undefined;
}

/** Each a type, a length of two bytes and a value. A checksum among them must be right. */
function areExtensionsSound(header: Buffer, from: number): boolean {
  for (let at = from; at < header.length; ) {
    if (at + 3 > header.length) return false;
    const value = at + 3;
    const end = value + header.readUInt16BE(at + 1);
    if (end > header.length) return false;
    if (header[at] === TLV_CRC32C) {
      if (end - value !== CRC_BYTES) return false;
      const zeroed = Buffer.from(header).fill(0, value, end);
      if (crc32c(zeroed) !== header.readUInt32BE(value)) return false;
    }
    at = end;
  }
  return true;
}
