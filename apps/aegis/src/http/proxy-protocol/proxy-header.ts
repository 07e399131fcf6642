import { type Address, Result } from '@aegis/model';
import { readVersionOne, VERSION_ONE_START } from './version-one.ts';
import { readVersionTwo, VERSION_TWO_START } from './version-two.ts';

/**
 * What a proxy says before the first byte of a connection (haproxy.org/download/2.9/doc/proxy-protocol.txt).
 * `length` is in bytes; what follows them belongs to the client.
 */
export interface ProxyHeader {
  readonly length: number;
  /** Who connected to the proxy; absent where the proxy speaks for itself or the client has no IP address. */
  readonly source?: Address;
}

export type HeaderFault = 'malformed' | 'oversized';

/** The header, undefined while more bytes may make one, or why these bytes begin none. */
export type HeaderOutcome = Result<ProxyHeader | undefined, HeaderFault>;

/** Reads what begins a connection, version 1 or 2. The longest header it waits for is `MAX_HEADER_BYTES`. */
export function readProxyHeader(bytes: Buffer): HeaderOutcome {
  if (startsLike(bytes, VERSION_TWO_START)) return readVersionTwo(bytes);
  if (startsLike(bytes, VERSION_ONE_START)) return readVersionOne(bytes);
  return Result.err('malformed');
}

/** As far as there are bytes. */
function startsLike(bytes: Buffer, start: Buffer): boolean {
  const length = Math.min(bytes.length, start.length);
  return bytes.compare(start, 0, length, 0, length) === 0;
}
