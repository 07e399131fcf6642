import type { HostTable } from './table/host-table.ts';
import { HOST } from './table/host-table.ts';

/** Whether an address can be a server at all: multicast, broadcast, unspecified and link-local ones are not. */
export function isServer(hosts: HostTable, id: number): boolean {
  if (hosts.isIPv4(id)) {
    const word = hosts.word(id, 3);
    const top = word >>> 24;
    return top < 224 && top !== 0 && top !== 127 && word >>> 16 !== 0xa9fe && (word & 255) !== 255;
  }
  const top = hosts.word(id, 0) >>> 16;
  return top >>> 8 !== 0xff && (top & 0xffc0) !== 0xfe80 && (top !== 0 || hosts.word(id, 3) > 1);
}

/** Of the own network: the sensor said so, or the address is private (RFC 1918, RFC 6598, RFC 4193). */
export function isLocal(hosts: HostTable, id: number): boolean {
  const flags = hosts.flags(id);
  if ((flags & HOST.local) !== 0) return true;
  if ((flags & HOST.remote) !== 0) return false;
  if (!hosts.isIPv4(id)) return hosts.word(id, 0) >>> 25 === 0xfc >>> 1;
  const word = hosts.word(id, 3);
  const top = word >>> 24;
  const second = (word >>> 16) & 255;
  return (
    top === 10 ||
    (top === 172 && second >> 4 === 1) ||
    (top === 192 && second === 168) ||
    (top === 100 && second >> 6 === 1)
  );
}
