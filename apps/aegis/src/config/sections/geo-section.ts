import type { Section } from '../setting.ts';
import { duration, flag, paths, size, whole } from '../setting-kinds.ts';

export interface GeoSettings {
  readonly files: readonly string[];
  readonly routes: readonly string[];
  readonly liveRoutes: boolean;
  readonly staleAfterMs: number;
  readonly refreshMs: number;
  readonly cache: number;
  readonly maxFileBytes: number;
}

export const geoSection: Section<GeoSettings> = {
  is: 'section',
  key: 'geo',
  doc: 'Where addresses are and who announces them: decisions on countries, continents and autonomous systems need it.',
  members: {
    files: paths({
      key: 'files',
      doc: 'MaxMind DB files (GeoLite2, GeoIP2, DB-IP, IPinfo and others of the format). The first that knows a member gives it. A file may be replaced at any time.',
      cost: 'Memory: as much as the file is large.',
      most: 16,
    }),
    routes: paths({
      key: 'routes',
      doc: 'MRT RIB dumps or prefix-to-AS tables, plain or compressed by gzip or zstd. They are asked for the AS before the files are.',
      cost: 'Memory: some 25 MB for all routes of the Internet, and ten times that while it is read.',
      most: 16,
    }),
    liveRoutes: flag({
      key: 'live_routes',
      doc: 'The routes come from a collector that renews them all the time: older ones are marked as stale.',
      initial: false,
    }),
    staleAfterMs: duration({
      key: 'stale_after',
      doc: 'Live routes are stale when they are older than this.',
      cost: 'Changes of routes are believed to be current for longer.',
      initial: '15m',
      min: '1m',
      max: '30d',
    }),
    refreshMs: duration({
      key: 'refresh',
      doc: 'How often the files are looked at. A change counts when the file was the same at two looks.',
      cost: 'New files answer later.',
      initial: '10s',
      min: '100ms',
      max: '1d',
    }),
    cache: whole({
      key: 'cache',
      doc: 'Answers kept for each file, by the record of the file that they were made from.',
      cost: 'Memory: some 200 bytes each.',
      initial: 65_536,
      min: 1,
      max: 16_777_216,
      unit: 'answers',
    }),
    maxFileBytes: size({
      key: 'max_file',
      doc: 'Larger files are refused. Decompressed, routes may be ten times as large.',
      cost: 'Memory, should such a file come.',
      initial: '1GiB',
      min: '1KiB',
      max: '2GiB',
    }),
  },
};
