import { type PrefixParts, seededRandom } from '@aegis/model';
import { PrefixTable } from '@aegis/netset';
import { prefixPeers } from './prefix-peers.ts';
import { addresses, ipv4Bans, ipv6Bans, type Workload, zipfClients } from './prefix-workload.ts';
import { type Rate, rate, rateOf, type Spent, timed } from './rate.ts';
import type { Bench, Result } from './result.ts';

const ENTRIES = 1_000_000;
const ASKED = 500_000;

export const bench: Bench = async ({ quick }) => {
  const rounds = quick ? 5 : 41;
  const random = seededRandom(20_261_122);
  const bans = ipv4Bans(ENTRIES, random);
  const table = new PrefixTable({ random });
  const updates = updateRates(table, bans, quick ? 2 : 7);
  const zipf = zipfClients(bans, ASKED);
  const anywhere = addresses(ASKED, 1, (write) => write(bans.word()));
  const results: Result[] = [
    {
      ...ops(
        'lookup_zipf_1m',
        30e6,
        rate(ASKED, rounds, () => ipv4Hits(table, zipf)),
      ),
      peers: prefixPeers(bans.entries, zipf),
    },
    ops(
      'lookup_random_1m',
      18e6,
      rate(ASKED, rounds, () => ipv4Hits(table, anywhere)),
    ),
    ...ipv6Results(rounds),
    ops('insert_1m', 1e6, updates.insert),
    ops('delete_1m', 1e6, updates.delete),
    {
      name: 'bytes_per_entry',
      unit: 'bytes',
      better: 'lower',
      value: Math.round((table.bytes / table.size) * 10) / 10,
      goal: 40,
    },
  ];
  return results;
};

/** Fills and empties the table, and leaves it filled. */
function updateRates(
  table: PrefixTable,
  { entries }: Workload,
  rounds: number,
): { insert: Rate; delete: Rate } {
  const insertAll = (): void => {
    for (let i = 0; i < entries.length; i++) table.insert(entries[i] as PrefixParts, i);
  };
  const deleteAll = (): void => {
    for (let i = 0; i < entries.length; i++) table.delete(entries[i] as PrefixParts);
  };
  const inserted: Spent[] = [];
  const deleted: Spent[] = [];
  for (let round = 0; round < rounds; round++) {
    inserted.push(timed(insertAll));
    deleted.push(timed(deleteAll));
  }
  insertAll();
  return { insert: rateOf(entries.length, inserted), delete: rateOf(entries.length, deleted) };
}

function ipv6Results(rounds: number): readonly Result[] {
  const random = seededRandom(6);
  const bans = ipv6Bans(ENTRIES, random);
  const { entries, word, below } = bans;
  const table = new PrefixTable({ random });
  for (const [index, entry] of entries.entries()) table.insert(entry, index);
  // One in twenty is listed; the others are anywhere in the networks that the entries are in.
  const unlisted = addresses(ASKED, 4, (write) => {
    if (below(20) === 0) write(...(entries[below(ENTRIES)] as PrefixParts).words);
    else write(0x2001_0000 + below(0x1_0000), word(), word(), word());
  });
  // Every one is an entry's first address or the one beside it.
  const adversarial = addresses(ASKED, 4, (write) => {
    const [w0, w1, w2, w3] = (entries[below(ENTRIES)] as PrefixParts).words;
    write(w0, w1, w2, w3 ^ below(2));
  });
  return [
    ops(
      'lookup_v6_unlisted_1m',
      20e6,
      rate(ASKED, rounds, () => ipv6Hits(table, unlisted)),
    ),
    ops(
      'lookup_v6_adversarial_1m',
      6e6,
      rate(ASKED, rounds, () => ipv6Hits(table, adversarial)),
    ),
  ];
}

function ipv4Hits(table: PrefixTable, clients: Int32Array): number {
  let hits = 0;
  for (let i = 0; i < clients.length; i++) if (table.lookupIPv4(clients[i] as number) >= 0) hits++;
  return hits;
}

const words = new Uint32Array(4);

function ipv6Hits(table: PrefixTable, clients: Int32Array): number {
  let hits = 0;
  for (let i = 0; i < clients.length; i += 4) {
    words[0] = clients[i] as number;
    words[1] = clients[i + 1] as number;
    words[2] = clients[i + 2] as number;
    words[3] = clients[i + 3] as number;
    if (table.lookup(6, words) >= 0) hits++;
  }
  return hits;
}

function ops(name: string, goal: number, measured: Rate): Result {
  return { name, unit: 'ops/s', better: 'higher', ...measured, goal };
}
