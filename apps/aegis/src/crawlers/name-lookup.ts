import { Resolver } from 'node:dns/promises';
import { type Address, parseAddressWords } from '@aegis/model';

/** The DNS as far as proof of a name needs it. Rejects where there is no answer in time, which proves nothing. */
export interface NameLookup {
  /** Names of an address (PTR); none where it has none. */
  namesOf(address: Address): Promise<readonly string[]>;
  /** Addresses of a name, of the family of `like`; none where it has none. */
  addressesOf(name: string, like: Address): Promise<readonly string[]>;
}

/** Answers that say that there is nothing, by node:dns. */
const NOTHING: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA']);

/** By the servers of this machine, or those given: `127.0.0.1:5353`. */
export function systemNames(timeoutMs: number, servers?: readonly string[]): NameLookup {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1, maxTimeout: timeoutMs });
  if (servers !== undefined) resolver.setServers(servers);
  return {
    namesOf: (address) => orNothing(resolver.resolvePtr(reverseName(address))),
    addressesOf: (name, like) =>
      orNothing(like.includes(':') ? resolver.resolve6(name) : resolver.resolve4(name)),
  };
}

/**
 * The name under which an address is in the DNS (RFC 1035 section 3.5, RFC 3596 section 2.5). `Resolver.reverse` would
 * ask for it itself, but says that there is no name where there was no answer.
 */
export function reverseName(address: Address): string {
  const words = new Uint32Array(4);
  const family = parseAddressWords(address, words);
  const hex = [...words.subarray(0, family === 4 ? 1 : 4)].map((word) => word.toString(16).padStart(8, '0'));
  const bytes = Buffer.from(hex.join(''), 'hex');
  return family === 4
    ? `${[...bytes].reverse().join('.')}.in-addr.arpa`
    : `${bytes.toString('hex').split('').reverse().join('.')}.ip6.arpa`;
}

async function orNothing(answer: Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await answer;
  } catch (error) {
    if (NOTHING.has((error as { readonly code?: unknown }).code)) return [];
    throw error;
  }
}
