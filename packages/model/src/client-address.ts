import { Address } from './address.ts';
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
  const found = new Set<Address>();
  for (const name of rules.headers) {
    const value = header(name);
    if (value !== undefined) found.add(walk(hopsOf(name, value), peer, rules.trusted));
  }
  const [first, ...rest] = [...found].filter((address) => !rules.trusted(address));
  if (first !== undefined) return [first, ...rest];
  const [nearest = peer] = found;
  return [nearest];
}

/** From right to left: to the first untrusted address, or the leftmost one where all are trusted. */
function walk(hops: readonly string[], peer: Address, trusted: (address: Address) => boolean): Address {
  let client = peer;
  for (const hop of hops.slice(-MAX_HOPS).reverse()) {
    const parsed = Address.parseLenient(hop);
    if (!parsed.ok) return client;
    client = parsed.value;
    if (!trusted(client)) return client;
  }
  return client;
}

function hopsOf(name: ForwardingHeader, value: string): readonly string[] {
  const parts = value.split(',');
  return name === 'forwarded' ? parts.map(forParameter) : parts;
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

/** Whether an address lies in one of a few prefixes. */
export function prefixMatcher(prefixes: readonly Prefix[]): (address: Address) => boolean {
  const nets = prefixes.map((prefix) => Prefix.parts(prefix));
  return (address) => {
    if (nets.length === 0) return false;
    const host = Prefix.parts(address as string as Prefix);
    return nets.some((net) => net.family === host.family && sharesBits(net.words, host.words, net.length));
  };
}

function sharesBits(a: PrefixParts['words'], b: PrefixParts['words'], length: number): boolean {
  return a.every((word, index) => {
    const bits = Math.min(32, length - index * 32);
    return bits <= 0 || (word ^ (b[index] as number)) >>> (32 - bits) === 0;
  });
}
