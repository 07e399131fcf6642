import type { Family } from '@aegis/model';
import { FamilyTable } from './family-table.ts';
import { Ipv4Guide } from './ipv4-guide.ts';
import { Ipv4View } from './ipv4-view.ts';
import { Ipv6Guide } from './ipv6-guide.ts';
import { Ipv6View } from './ipv6-view.ts';
import { IPV4_LENGTHS, IPV6_LENGTHS } from './places.ts';
import type { TableMemory } from './table-memory.ts';
import { hashPrefix, maskOf } from './tabulation.ts';
import { WordHash } from './word-hash.ts';

/** The tables of both families in one memory. */
export interface PrefixSet {
  readonly ipv4: Ipv4View;
  readonly ipv6: Ipv6View;
  readonly family: (family: Exclude<Family, 0>) => FamilyTable;
}

export function emptyPrefixSet(hashing: Int32Array, memory: TableMemory): PrefixSet {
  const ipv4 = new Ipv4View(hashing, { remembers: true });
  const ipv6 = new Ipv6View(hashing);
  const wordHash = new WordHash(hashing);
  const table4 = new FamilyTable({
    view: ipv4,
    hash: (words, length) => wordHash.of((words[0] as number) & maskOf(length)),
    memory,
    firstPlace: IPV4_LENGTHS,
    newGuide: () => new Ipv4Guide(ipv4, memory),
  });
  const table6 = new FamilyTable({
    view: ipv6,
    hash: (words, length) => hashPrefix(hashing, words, length),
    memory,
    firstPlace: IPV6_LENGTHS,
    newGuide: (size) => new Ipv6Guide(ipv6, hashing, memory, size),
  });
  return { ipv4, ipv6, family: (family) => (family === 4 ? table4 : table6) };
}
