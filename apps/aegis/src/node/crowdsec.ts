import { randomUUID } from 'node:crypto';
import type { DecisionEngine } from '@aegis/decide';
import type { Clock, Decision, Logger } from '@aegis/model';
import type { Config } from '../config/config.ts';
import { DecisionLog } from '../crowdsec/decision-log.ts';
import { createLapiServer, type LapiServer } from '../crowdsec/lapi-server.ts';
import type { DecisionService } from '../decisions/decision-service.ts';
import type { Services } from './services.ts';

export interface CrowdsecOptions {
  readonly config: Config['crowdsec'];
  readonly services: Services;
  readonly decisions: DecisionService;
  readonly engine: DecisionEngine;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The face of the node for CrowdSec's programs; it hears of every change while it is up. */
export function crowdsecServer(options: CrowdsecOptions): LapiServer {
  const { config, services, decisions, engine, clock, logger } = options;
  const { policies } = services;
  const { listed } = services.feeds;
  const enforced = (decision: Decision): boolean => policies.enforces(decision);
  const inForce = function* (): IterableIterator<Decision> {
    yield* Iterator.from(engine.decisions()).filter(enforced);
    yield* Iterator.from(listed.inForce()).filter(enforced);
  };
  const on: DecisionEngine['decisionsOn'] = (scope, value) =>
    [...engine.decisionsOn(scope, value), ...listed.on(scope, value)].filter(enforced);
  const log = new DecisionLog({ inForce, on });
  const stopListening = [
    decisions.onChange(({ decision }) => log.touch(decision)),
    decisions.onExpired((decision) => log.touch(decision)),
    listed.onChange((changes) => {
      for (const { decision } of changes) log.touch(decision);
    }),
    // Another policy may withhold what was told, and tell what was withheld.
    policies.onChange(() => {
      for (const decision of engine.decisions()) log.touch(decision);
      for (const decision of listed.inForce()) log.touch(decision);
    }),
  ];
  const { keys, machines, ledger } = services;
  const server = createLapiServer({
    ...config,
    ...{ keys, machines, decisions: services.decisions, inForce, on, log, clock, logger },
    epoch: randomUUID().slice(0, 8),
    exempt: () => policies.current().effective.exempt,
    appendAudit: (entries) => ledger.appendAudit(entries),
  });
  return {
    name: server.name,
    get url() {
      return server.url;
    },
    start: () => server.start(),
    async stop() {
      for (const stop of stopListening) stop();
      await server.stop();
    },
  };
}
