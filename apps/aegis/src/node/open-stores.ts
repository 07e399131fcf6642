import { openFileArchive } from '@aegis/archive-files';
import { createLocalBus } from '@aegis/bus-local';
import { openSqliteGuardStore } from '@aegis/guard-sqlite';
import type { Logger } from '@aegis/model';
import type {
  Archive,
  Bus,
  Geo,
  GuardStore,
  Ledger,
  Memory,
  Registry,
  Stream,
  TrailStore,
} from '@aegis/ports';
import { openSqliteRegistry } from '@aegis/registry-sqlite';
import { openSqliteTrailStore } from '@aegis/trail-sqlite';
import { openGeo } from '../geo/open-geo.ts';
import { openLedger } from './open-ledger.ts';
import { openMemory } from './open-memory.ts';
import { openSharedRegistry } from './open-registry.ts';
import { openProposalStream, openSessionStream, type StreamOptions } from './open-streams.ts';

/** The world behind the ports. */
export interface Stores {
  readonly stream: Stream;
  /** What workers in other processes propose. */
  readonly proposals: Stream;
  readonly archive: Archive;
  readonly memory: Memory;
  readonly ledger: Ledger;
  /** What nodes have in common: the etcd that the config names, otherwise `own`. */
  readonly registry: Registry;
  /** What this node alone notes, such as how far it has come; always in the data directory. */
  readonly own: Registry;
  readonly trail: TrailStore;
  readonly bus: Bus;
  readonly geo: Geo;
  readonly guard: GuardStore;
  /** All of them, also where one cannot be closed. */
  close(): Promise<void>;
}

export interface StoreOptions extends StreamOptions {
  readonly logger: Logger;
  /** Told how many bytes of sessions the archive has taken. */
  readonly onWritten: (bytes: number) => void;
}

/** Opens what the config names, and else the embedded engines in the data directory; where one fails, those opened before it are closed. */
export async function openStores(options: StoreOptions): Promise<Stores> {
  const { config, dir, clock, logger, onWritten } = options;
  const opened: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    await Promise.allSettled(opened.reverse().map((store) => store.close()));
  };
  const keep = async <T extends { close(): Promise<void> }>(opening: T | Promise<T>): Promise<T> => {
    const store = await opening;
    opened.push(store);
    return store;
  };
  try {
    const own = await keep(openSqliteRegistry({ path: dir.registry, clock }));
    const shared = await openSharedRegistry(config, options.secrets);
    return {
      stream: await keep(openSessionStream(options)),
      proposals: await keep(openProposalStream(options)),
      archive: await keep(
        openFileArchive({ folder: dir.archive, format: config.archive.outputFormat, clock, onWritten }),
      ),
      memory: await keep(openMemory(options)),
      ledger: await keep(openLedger(options)),
      own,
      registry: shared === undefined ? own : await keep(shared),
      trail: await keep(openSqliteTrailStore({ path: dir.trail })),
      bus: await keep(createLocalBus()),
      geo: await keep(openGeo(config.geo, clock, logger.child({ part: 'geo' }))),
      guard: await keep(openSqliteGuardStore({ path: dir.guard })),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
