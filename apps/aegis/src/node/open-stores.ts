import { openFileArchive } from '@aegis/archive-files';
import { createLocalBus } from '@aegis/bus-local';
import { openSqliteLedger } from '@aegis/ledger-sqlite';
import { openSqliteMemory } from '@aegis/memory-sqlite';
import type { Clock, Logger } from '@aegis/model';
import type { Archive, Bus, Geo, Ledger, Memory, Registry, Stream } from '@aegis/ports';
import { openSqliteRegistry } from '@aegis/registry-sqlite';
import { openSqliteStream } from '@aegis/stream-sqlite';
import type { Config } from '../config/config.ts';
import { openGeo } from '../geo/open-geo.ts';
import type { DataDir } from './data-dir.ts';

/** The world behind the ports. */
export interface Stores {
  readonly stream: Stream;
  readonly archive: Archive;
  readonly memory: Memory;
  readonly ledger: Ledger;
  readonly registry: Registry;
  readonly bus: Bus;
  readonly geo: Geo;
  /** All of them, also where one cannot be closed. */
  close(): Promise<void>;
}

/** Opens the embedded engines in the data directory; where one fails, those opened before it are closed. */
export async function openStores(
  config: Config,
  dir: DataDir,
  clock: Clock,
  logger: Logger,
): Promise<Stores> {
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
    return {
      stream: await keep(
        openSqliteStream({ path: dir.stream, clock, maxLength: config.pipeline.maxBacklog }),
      ),
      archive: await keep(
        openFileArchive({ folder: dir.archive, format: config.archive.outputFormat, clock }),
      ),
      memory: await keep(openSqliteMemory({ path: dir.memory })),
      ledger: await keep(openSqliteLedger({ path: dir.ledger })),
      registry: await keep(openSqliteRegistry({ path: dir.registry, clock })),
      bus: await keep(createLocalBus()),
      geo: await keep(openGeo(config.geo, clock, logger.child({ part: 'geo' }))),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
