import { type Address, Prefix, type Random, Result } from '@aegis/model';
import { PrefixTable } from '@aegis/netset';

/** The addresses from which a crawler comes, as its operator publishes them. */
export interface CrawlerList {
  readonly prefixes: number;
  has(address: Address): boolean;
}

const MOST_PREFIXES = 100_000;
/** A crawler has no more than this; a shorter prefix would prove whole countries. */
const SHORTEST = { 4: 12, 6: 24 } as const;

/**
 * Reads the JSON that Google, Microsoft, Apple, OpenAI and others publish for their crawlers:
 * `{"prefixes":[{"ipv4Prefix":"192.0.2.0/27"},{"ipv6Prefix":"2001:db8::/64"}]}`. All of it or nothing: the error says
 * which entry is wrong. `random` keys the table.
 */
export function parseCrawlerList(text: string, random: Random): Result<CrawlerList, string> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return Result.err(`is not JSON: ${(error as Error).message}`);
  }
  const entries = (document as { readonly prefixes?: unknown } | null)?.prefixes;
  if (!Array.isArray(entries) || entries.length === 0) {
    return Result.err('has no list of prefixes; expected {"prefixes":[{"ipv4Prefix":"192.0.2.0/27"}, ...]}');
  }
  if (entries.length > MOST_PREFIXES) {
    return Result.err(`has ${entries.length} prefixes; at most ${MOST_PREFIXES} are taken`);
  }
  const table = new PrefixTable({ random });
  for (const [index, entry] of entries.entries()) {
    const prefix = readEntry(entry);
    if (!prefix.ok) return Result.err(`prefixes[${index}]: ${prefix.error}`);
    table.insert(prefix.value, 0);
  }
  return Result.ok({ prefixes: table.size, has: (address) => table.lookupText(address) >= 0 });
}

function readEntry(entry: unknown): Result<Prefix, string> {
  const { ipv4Prefix, ipv6Prefix } = (entry ?? {}) as Record<string, unknown>;
  const text = ipv4Prefix ?? ipv6Prefix;
  if (typeof text !== 'string') return Result.err('expected an ipv4Prefix or an ipv6Prefix');
  const prefix = Prefix.parse(text);
  if (!prefix.ok) return Result.err(prefix.error.message);
  const { family, length } = Prefix.parts(prefix.value);
  return length < SHORTEST[family]
    ? Result.err(`${text} is larger than any crawler; expected a /${SHORTEST[family]} or longer`)
    : prefix;
}
