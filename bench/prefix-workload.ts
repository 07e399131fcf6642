import { Prefix, type PrefixParts, type Random } from '@aegis/model';

export interface Workload {
  /** Distinct; the value of each is its index. */
  readonly entries: readonly PrefixParts[];
  readonly word: () => number;
  readonly below: (limit: number) => number;
}

const mask = (length: number): number => (length === 0 ? 0 : 0xffff_ffff << (32 - length));

/** What ban lists look like: 87 % single addresses, 8 % /24, the rest /16 to /23, anywhere in the address space. */
export function ipv4Bans(count: number, random: Random): Workload {
  const { word, below } = dice(random);
  const make = (): PrefixParts => {
    const kind = random.next();
    const length = kind < 0.87 ? 32 : kind < 0.95 ? 24 : 16 + below(8);
    return { family: 4, words: [(word() & mask(length)) >>> 0, 0, 0, 0], length };
  };
  return { entries: distinct(count, make), word, below };
}

/** 60 % /128, 30 % /64, 6 % /56, 4 % /48, in 65,536 networks of length 32. */
export function ipv6Bans(count: number, random: Random): Workload {
  const { word, below } = dice(random);
  const make = (): PrefixParts => {
    const kind = random.next();
    const length = kind < 0.6 ? 128 : kind < 0.9 ? 64 : kind < 0.96 ? 56 : 48;
    const second = (word() & mask(Math.min(32, length - 32))) >>> 0;
    const host = length === 128;
    return {
      family: 6,
      words: [0x2001_0000 + below(0x1_0000), second, host ? word() : 0, host ? word() : 0],
      length,
    };
  };
  return { entries: distinct(count, make), word, below };
}

/** Addresses of clients, four words each for IPv6: `at` writes the next one. */
export function addresses(
  count: number,
  width: 1 | 4,
  at: (write: (...words: number[]) => void) => void,
): Int32Array {
  const out = new Int32Array(count * width);
  for (let i = 0; i < out.length; i += width) {
    at((...words) => {
      for (let word = 0; word < width; word++) out[i + word] = (words[word] as number) | 0;
    });
  }
  return out;
}

/**
 * A million clients, three in ten of them at an address that some entry was made for, asking by Zipf's law with
 * exponent 1: the most frequent has one request in 14.
 */
export function zipfClients(bans: Workload, count: number): Int32Array {
  const population = 1_000_000;
  const clients = Int32Array.from({ length: population }, () => {
    if (bans.below(10) >= 3) return bans.word();
    return (bans.entries[bans.below(bans.entries.length)] as PrefixParts).words[0];
  });
  const logOfPopulation = Math.log(population);
  return addresses(count, 1, (write) => {
    const rank = Math.exp((bans.word() / 0x1_0000_0000) * logOfPopulation) - 1;
    write(clients[Math.floor(rank)] as number);
  });
}

function dice(random: Random): { word: () => number; below: (limit: number) => number } {
  const below = (limit: number): number => Math.floor(random.next() * limit);
  return { word: () => below(0x1_0000_0000), below };
}

function distinct(count: number, make: () => PrefixParts): readonly PrefixParts[] {
  const seen = new Set<string>();
  const entries: PrefixParts[] = [];
  while (entries.length < count) {
    const entry = make();
    const text = Prefix.format(entry);
    if (seen.has(text)) continue;
    seen.add(text);
    entries.push(entry);
  }
  return entries;
}
