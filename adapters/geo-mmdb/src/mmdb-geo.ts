import { readFile } from 'node:fs/promises';
import type { Clock, Logger, Timestamp } from '@aegis/model';
import { type Geo, type GeoSource, UNKNOWN_PLACE } from '@aegis/ports';
import { WatchedFile } from '@aegis/watched-file';
import { Database } from './database.ts';

export interface MmdbGeoOptions {
  readonly path: string;
  /** Answers kept, by record of the file; 0 for none. Some 200 bytes each. */
  readonly cache: number;
  /** Larger files are refused. */
  readonly maxBytes: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Build {
  readonly database: Database;
  readonly loaded: Timestamp;
}

/** Answers from one MaxMind DB file, held in memory. Never rejects: a bad file is told of and may become good. */
export async function openMmdbGeo(options: MmdbGeoOptions): Promise<Geo> {
  const { path, cache, maxBytes, clock, logger } = options;
  const file = new WatchedFile<Build>({
    path,
    maxBytes,
    mend: 'put a whole database there: write it beside and rename it',
    describe: ({ database: { metadata } }) =>
      `${metadata.type} of ${new Date(metadata.built).toISOString().slice(0, 10)}`,
    logger,
    async load() {
      const opened = await Database.open(await readFile(path), { cache, clock });
      return opened.ok ? { ok: true, value: { database: opened.value, loaded: clock.now() } } : opened;
    },
  });
  await file.open();
  return {
    lookup: (family, words) => file.value?.database.lookup(family, words) ?? UNKNOWN_PLACE,
    sources: () => [sourceOf(path, file)],
    refresh: () => file.refresh(),
    close: () => file.close(),
  };
}

function sourceOf(path: string, file: WatchedFile<Build>): GeoSource {
  const { value, trouble, loads, refusals } = file;
  const source = { path, kind: 'mmdb', trouble, loads, refusals } as const;
  if (value === undefined) return source;
  const { database, loaded } = value;
  const { type, built, nodeCount } = database.metadata;
  return { ...source, inForce: { type, built, loaded, entries: nodeCount, bytes: database.bytes } };
}
