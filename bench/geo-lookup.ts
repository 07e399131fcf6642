import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMmdbGeo } from '@aegis/geo-mmdb';
import {
  formatIPv4,
  ManualClock,
  type PrefixParts,
  parseAddressWords,
  seededRandom,
  silentLogger,
} from '@aegis/model';
import { combineGeo, type Geo } from '@aegis/ports';
import maxmind, { type AsnResponse, type CountryResponse } from 'maxmind';
import { Reader } from 'mmdb-lib';
import { type GeoWorkload, geoWorkload } from './geo-workload.ts';
import { zipfClients } from './prefix-workload.ts';
import { type Rate, rate } from './rate.ts';
import type { Peer, Result } from './result.ts';

const NETWORKS = 400_000;
const ASKED = 200_000;
/** Peers are an order of magnitude slower. */
const PEERS_ASKED = 10_000;

/** Country, continent, AS and name of an address string from a country and an AS database, with and without cache. */
export async function geoResults(quick: boolean): Promise<readonly Result[]> {
  const random = seededRandom(20_261_122);
  const workload = geoWorkload(quick ? NETWORKS / 4 : NETWORKS, random);
  const below = (limit: number): number => Math.floor(random.next() * limit);
  const entries = workload.networks;
  const zipf = zipfClients({ entries, below, word: () => below(2 ** 32) }, ASKED);
  const anywhere = Int32Array.from({ length: ASKED }, () => randomHost(entries, below));
  const [random200k, zipf200k] = [anywhere, zipf].map((words) =>
    Array.from(words, (word) => formatIPv4(word >>> 0)),
  ) as [string[], string[]];

  const folder = mkdtempSync(join(tmpdir(), 'aegis-bench-geo-'));
  try {
    const uncached = await openBoth(folder, workload, 0);
    const cached = await openBoth(folder, workload, 65_536);
    compare(uncached, workload, [...random200k.slice(0, PEERS_ASKED), ...zipf200k.slice(0, PEERS_ASKED)]);
    const rounds = quick ? 3 : 15;
    const measured = (geo: Geo, addresses: readonly string[]): Rate =>
      rate(addresses.length, rounds, () => knownOf(geo, addresses));
    const result = (name: string, geo: Geo, addresses: readonly string[]): Result => ({
      name,
      unit: 'ops/s',
      better: 'higher',
      ...measured(geo, addresses),
      goal: 3e6,
    });
    return [
      { ...result('geo_lookup', uncached, random200k), peers: await peers(folder, random200k, rounds) },
      { ...result('geo_lookup_zipf', uncached, zipf200k), peers: await peers(folder, zipf200k, rounds) },
      result('geo_lookup_cached', cached, random200k),
      result('geo_lookup_cached_zipf', cached, zipf200k),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function randomHost(entries: readonly PrefixParts[], below: (limit: number) => number): number {
  const { words, length } = entries[below(entries.length)] as PrefixParts;
  return words[0] + below(2 ** (32 - length));
}

async function openBoth(folder: string, { country, asn }: GeoWorkload, cache: number): Promise<Geo> {
  const open = (name: string, bytes: Buffer): Promise<Geo> => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return openMmdbGeo({ path, cache, maxBytes: 2 ** 30, clock: new ManualClock(), logger: silentLogger });
  };
  return combineGeo([await open('country.mmdb', country), await open('asn.mmdb', asn)]);
}

const words = new Uint32Array(4);

function knownOf(geo: Geo, addresses: readonly string[]): number {
  let known = 0;
  for (const address of addresses) {
    const { country, as } = geo.lookup(parseAddressWords(address, words), words);
    if (country !== undefined && as !== undefined) known++;
  }
  return known;
}

/** Throws where a peer answers anything else. */
function compare(geo: Geo, { country, asn }: GeoWorkload, addresses: readonly string[]): void {
  const countries = new Reader<CountryResponse>(country);
  const ases = new Reader<AsnResponse>(asn);
  for (const address of addresses) {
    const facts = geo.lookup(parseAddressWords(address, words), words);
    const number = ases.get(address)?.autonomous_system_number;
    const theirs = `${countries.get(address)?.country?.iso_code} ${number}`;
    if (`${facts.country} ${facts.as}` !== theirs)
      throw new Error(`${address}: ${facts.country} ${facts.as}, and ${theirs} by mmdb-lib`);
  }
}

/** `mmdb-lib` decodes each time; `maxmind` keeps 10,000 decoded records of each file, as it does by default. */
async function peers(folder: string, all: readonly string[], rounds: number): Promise<readonly Peer[]> {
  const addresses = all.slice(0, PEERS_ASKED);
  const [country, asn] = ['country.mmdb', 'asn.mmdb'].map((name) => join(folder, name)) as [string, string];
  const measure = (name: string, countries: Reader<CountryResponse>, ases: Reader<AsnResponse>): Peer => {
    const { value } = rate(addresses.length, Math.min(rounds, 3), () => {
      let known = 0;
      for (const address of addresses) {
        const code = countries.get(address)?.country?.iso_code;
        const number = ases.get(address)?.autonomous_system_number;
        if (code !== undefined && number !== undefined) known++;
      }
      return known;
    });
    return { name, value };
  };
  return [
    measure('mmdb-lib', new Reader(readFileSync(country)), new Reader(readFileSync(asn))),
    measure(
      'maxmind, with its cache',
      await maxmind.open<CountryResponse>(country),
      await maxmind.open<AsnResponse>(asn),
    ),
  ];
}
