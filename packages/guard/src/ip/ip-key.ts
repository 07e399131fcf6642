import { formatIPv4, formatIPv6, parseAddressWords } from '@aegis/model';

const words = new Uint32Array(4);

/** Characters of what is no address that tell one from another. */
const ODD = 64;

/** Under what an address is counted: IPv4 alone, IPv6 by its /64, which is one subscriber (RFC 6177). */
export function ipKey(ip: string): string {
  const family = parseAddressWords(ip, words);
  if (family === 4) return formatIPv4(words[0] as number);
  if (family === 6) return `${formatIPv6(words[0] as number, words[1] as number, 0, 0)}/64`;
  // A Unix socket, a test's name: still somebody.
  return ip.slice(0, ODD);
}
