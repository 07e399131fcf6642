import { randomUUID } from 'node:crypto';
import type { Clock, Logger } from '@aegis/model';
import type { Registry } from '@aegis/ports';
import type { Config } from '../config/config.ts';
import { ConfigBook } from '../fleet/config-book.ts';
import { provideFleetKey } from '../fleet/fleet-key.ts';
import { FleetService } from '../fleet/fleet-service.ts';
import { HaltBook } from '../fleet/halt-book.ts';
import { OpampServer } from '../fleet/opamp-server.ts';
import { Gate } from '../http/gate.ts';
import { entryFollower } from '../registry/entry-follower.ts';
import type { RegistryCopy } from '../registry/registry-copy.ts';
import type { RegistryFollower } from '../registry/registry-follower.ts';
import type { DataDir } from './data-dir.ts';
import type { Services } from './services.ts';

export interface NodeFleetOptions {
  readonly settings: Config['fleet'];
  readonly dir: DataDir;
  readonly registry: Registry;
  /** What the registry said last of `FLEET_PREFIX`, for a start without it. */
  readonly copy?: RegistryCopy;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface NodeFleet {
  readonly service: FleetService;
  /** Follows what other servers of the fleet write. */
  readonly follower: RegistryFollower;
  /** Where agents speak to; needs the services to know their keys. */
  server(services: Pick<Services, 'keys' | 'ledger'>): OpampServer;
}

export const FLEET_PREFIX: string = 'fleet/';

/** The fleet of a node: its service at any time, its server where the config turns it on. */
export function nodeFleet({ settings, dir, registry, copy, clock, logger }: NodeFleetOptions): NodeFleet {
  const configs = new ConfigBook({ registry, clock, logger });
  const halts = new HaltBook({ registry, key: provideFleetKey(dir), clock, logger });
  const { mostAgents, awayMs } = settings;
  const service = new FleetService({ configs, halts, mostAgents, awayMs, clock, logger });
  const follower = entryFollower({
    ...{ name: 'fleet registry', registry, prefix: FLEET_PREFIX, clock, logger },
    ...(copy === undefined ? {} : { copy }),
    learn(entry) {
      if (entry.key === HaltBook.key) {
        if (halts.learn(entry)) service.orderAll();
      } else if (entry.key.startsWith(ConfigBook.prefix)) {
        configs.learn(entry);
        void service.offerAll();
      }
    },
  });
  return {
    service,
    follower,
    server: (services) =>
      new OpampServer({
        settings,
        service,
        gate: new Gate({ services, openCheck: false, clock, logger, newId: randomUUID }),
        logger,
      }),
  };
}
