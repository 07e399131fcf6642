import { Address } from './address.ts';
import { parseAddressWords } from './address-words.ts';
import { Prefix, type PrefixParts } from './prefix.ts';

/** A header in which a reverse proxy names its client. */
export type ForwardingHeader = 'x-forwarded-for' | 'x-real-ip' | 'forwarded';

/** What is needed to tell who a request comes from. */
export interface Forwarding {
  /** The other end of the connection. */
  readonly peer: Address;
  readonly header: (name: ForwardingHeader) => string | undefined;
}

export interface ForwardingRules {
  readonly trusted: (address: Address) => boolean;
  readonly headers: readonly ForwardingHeader[];
}

/** Hops of a chain that are looked at, from the right; what lies further left is never believed. */
const MAX_HOPS = 32;

/**
 * Who the client is. Headers count only where the peer is a trusted proxy. A chain is walked from the right,
 * where the nearest proxy wrote, over trusted hops to the first address that is not one: what a client put at
 * the left never wins. Where a hop is not an address, the client is the hop that wrote it.
 *
 * Usually one address. More than one where the headers disagree: nothing tells then which of them the client
 * wrote, so that each must be checked and the gravest verdict holds.
 */
export function clientAddresses(
  { peer, header }: Forwarding,
  rules: ForwardingRules,
): readonly [Address, ...Address[]] {
  if (!rules.trusted(peer)) return [peer];
  let nearest: Address | undefined;
  const clients: Address[] = [];
  for (const name of rules.headers) {
    const value = header(name);
    if (value === undefined) continue;
    const { client, isTrusted } = walk(name, value, peer, rules.trusted);
    nearest ??= client;
    if (!isTrusted && !clients.includes(client)) clients.push(client);
  }
  const [first = nearest ?? peer, ...rest] = clients;
  return [first, ...rest];
}

interface Walked {
  readonly client: Address;
  readonly isTrusted: boolean;
}

/** From right to left: to the first untrusted address, or the leftmost one where all are trusted. */
function walk(
  name: ForwardingHeader,
  value: string,
  peer: Address,
  trusted: ForwardingRules['trusted'],
): Walked {
  let client = peer;
  let end = value.length;
  for (let hops = 0; hops < MAX_HOPS; hops++) {
    const comma = value.lastIndexOf(',', end - 1);
    const element = value.slice(comma + 1, end);
    const parsed = Address.parseLenient(name === 'forwarded' ? forParameter(element) : element);
    if (!parsed.ok) break;
    client = parsed.value;
    if (!trusted(client)) return { client, isTrusted: false };
    if (comma < 0) break;
    end = comma;
  }
  return { client, isTrusted: true };
}

/** The `for` of one element of `Forwarded` (RFC 7239 section 4); empty where it has none or hides it. */
function forParameter(element: string): string {
  for (const pair of element.split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 0 || pair.slice(0, equals).trim().toLowerCase() !== 'for') continue;
    return pair
      .slice(equals + 1)
      .trim()
      .replace(/^"|"$/g, '');
  }
  return '';
}

const words = new Uint32Array(4);

/** Whether an address lies in one of a few prefixes. */
export function prefixMatcher(prefixes: readonly Prefix[]): (address: Address) => boolean {
  const nets = prefixes.map((prefix) => Prefix.parts(prefix));
  return (address) => {
    if (nets.length === 0) return false;
    const family = parseAddressWords(address, words);
    for (const net of nets) if (net.family === family && sharesBits(net, words)) return true;
    return false;
  };
}

function sharesBits(net: PrefixParts, address: Uint32Array): boolean {
  for (let index = 0, bits = net.length; bits > 0; index++, bits -= 32) {
    const differing = (net.words[index] as number) ^ (address[index] as number);
    if (bits >= 32 ? differing !== 0 : differing >>> (32 - bits) !== 0) return false;
  }
  return true;
}
