import { randomUUID } from 'node:crypto';
import type { Clock, Decision, Logger } from '@aegis/model';
import type { Registry } from '@aegis/ports';
import type { Config } from '../config/config.ts';
import { ConfigBook } from '../fleet/config-book.ts';
import { DecisionTeller, type DecisionTellerOptions } from '../fleet/decision-teller.ts';
import { FindingIntake, type FindingIntakeOptions } from '../fleet/finding-intake.ts';
import { provideFleetKey } from '../fleet/fleet-key.ts';
import { FleetService } from '../fleet/fleet-service.ts';
import { HaltBook } from '../fleet/halt-book.ts';
import { OpampServer } from '../fleet/opamp-server.ts';
import { Gate } from '../http/gate.ts';
import type { Policies } from '../policy/policies.ts';
import { entryFollower } from '../registry/entry-follower.ts';
import type { RegistryCopy } from '../registry/registry-copy.ts';
import type { RegistryFollower } from '../registry/registry-follower.ts';
import type { DataDir } from './data-dir.ts';
import type { Part } from './lifecycle.ts';
import type { Decisions, Services } from './services.ts';

export interface NodeFleetOptions
  extends Pick<FindingIntakeOptions, 'propose' | 'hunt'>,
    Pick<DecisionTellerOptions, 'inForce'> {
  readonly settings: Config['fleet'];
  readonly dir: DataDir;
  readonly registry: Registry;
  /** What the registry said last of `FLEET_PREFIX`, for a start without it. */
  readonly copy?: RegistryCopy;
  readonly decisions: Pick<Decisions, 'onChange'>;
  readonly policies: Pick<Policies, 'enforces' | 'onChange'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface NodeFleet {
  readonly service: FleetService;
  /** Follows what other servers of the fleet write. */
  readonly follower: RegistryFollower;
  /** Tells agents what is decided. */
  readonly telling: Part;
  /** Where agents speak to; needs the services to know their keys. */
  server(services: Pick<Services, 'keys' | 'ledger'>): OpampServer;
}

export const FLEET_PREFIX: string = 'fleet/';

/** The fleet of a node: its service at any time, its server where the config turns it on. */
export function nodeFleet(options: NodeFleetOptions): NodeFleet {
  const { settings, dir, registry, copy, decisions, policies, inForce, propose, hunt } = options;
  const { clock, logger } = options;
  const configs = new ConfigBook({ registry, clock, logger });
  const halts = new HaltBook({ registry, key: provideFleetKey(dir), clock, logger });
  const { mostAgents, awayMs } = settings;
  const findings = new FindingIntake({ propose, hunt, mostAgents, clock, logger });
  const enforces = (decision: Decision): boolean => policies.enforces(decision);
  const teller = new DecisionTeller({ boot: randomUUID(), inForce, enforces, clock });
  const service = new FleetService({
    ...{ configs, halts, findings, decisions: teller, mostAgents, awayMs, clock, logger },
  });
  const stops: (() => void)[] = [];
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
    telling: {
      name: 'decisions for agents',
      async start() {
        const tellSoon = batched(() => service.tellDecisions());
        stops.push(
          decisions.onChange((change) => {
            if (teller.push(change)) tellSoon();
          }),
          policies.onChange(() => {
            teller.pushPolicy();
            tellSoon();
          }),
        );
      },
      async stop() {
        for (const stop of stops) stop();
      },
    },
    server: (services) =>
      new OpampServer({
        settings,
        service,
        gate: new Gate({ services, openCheck: false, clock, logger, newId: randomUUID }),
        logger,
      }),
  };
}

/** What changes in one turn is told together. */
function batched(tell: () => void): () => void {
  let waits = false;
  return () => {
    if (waits) return;
    waits = true;
    setImmediate(() => {
      waits = false;
      tell();
    });
  };
}
