import type { Clock, Logger, Timestamp } from '@aegis/model';
import { RangeTable } from '@aegis/netset';
import { type Geo, type GeoFacts, type GeoSource, UNKNOWN_PLACE } from '@aegis/ports';
import { WatchedFile } from '@aegis/watched-file';
import { readInWorker } from './read-in-worker.ts';

export interface RoutesGeoOptions {
  readonly path: string;
  /** The file is renewed all the time, as by a route collector: what is older than this is marked stale. */
  readonly staleAfterMs?: number;
  /** Answers kept, one for each AS; at least 1. Some 100 bytes each. */
  readonly cache: number;
  /** Larger files are refused; decompressed they may be ten times as large. */
  readonly maxBytes: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Build {
  readonly table: RangeTable;
  readonly type: string;
  readonly prefixes: number;
  readonly asOf: Timestamp;
  readonly loaded: Timestamp;
}

/** More than the Internet has of either family, several times. */
const MOST_PREFIXES = 4_000_000;

/**
 * The origin AS of addresses from one file of routes, held in memory. Never rejects: a bad file is told of and may
 * become good.
 */
export async function openRoutesGeo(options: RoutesGeoOptions): Promise<Geo> {
  const { path, staleAfterMs, cache, maxBytes, clock, logger } = options;
  const file = new WatchedFile<Build>({
    path,
    maxBytes,
    mend: 'put a whole MRT dump or prefix table there: write it beside and rename it',
    describe: ({ type, prefixes, asOf }) =>
      `${type} with ${prefixes.toLocaleString('en')} prefixes of ${new Date(asOf).toISOString().slice(0, 16)}Z`,
    logger,
    async load({ modified }) {
      const read = await readInWorker(path, { maxBytes: maxBytes * 10, maxPrefixes: MOST_PREFIXES });
      if (!read.ok) return read;
      const { type, prefixes, asOf = modified, ipv4, ipv6 } = read.value;
      const table = new RangeTable(ipv4, ipv6);
      return { ok: true, value: { table, type, prefixes, asOf, loaded: clock.now() } };
    },
  });
  await file.open();
  const fresh = new OriginFacts(cache, false);
  const stale = new OriginFacts(cache, true);
  return {
    lookup(family, words) {
      const build = file.value;
      const origin = build?.table.lookup(family, words) ?? 0;
      if (build === undefined || origin === 0) return UNKNOWN_PLACE;
      const old = staleAfterMs !== undefined && clock.now() - build.asOf > staleAfterMs;
      return (old ? stale : fresh).of(origin);
    },
    sources: () => [sourceOf(path, file)],
    refresh: () => file.refresh(),
    close: () => file.close(),
  };
}

/** Facts by AS number, made once each while there is room; when it is full it starts again. */
class OriginFacts {
  readonly #most: number;
  readonly #stale: boolean;
  readonly #facts: Map<number, GeoFacts> = new Map();

  constructor(most: number, stale: boolean) {
    this.#most = most;
    this.#stale = stale;
  }

  of(origin: number): GeoFacts {
    let facts = this.#facts.get(origin);
    if (facts === undefined) {
      facts = this.#stale ? { as: String(origin), stale: true } : { as: String(origin) };
      if (this.#facts.size >= this.#most) this.#facts.clear();
      this.#facts.set(origin, facts);
    }
    return facts;
  }
}

function sourceOf(path: string, file: WatchedFile<Build>): GeoSource {
  const { value, trouble, loads, refusals } = file;
  const source = { path, kind: 'routes', trouble, loads, refusals } as const;
  if (value === undefined) return source;
  const { table, type, prefixes, asOf, loaded } = value;
  return { ...source, inForce: { type, built: asOf, loaded, entries: prefixes, bytes: table.bytes } };
}
