import type { DecisionEngine } from '@aegis/decide';
import type { Clock, Decision, Logger } from '@aegis/model';
import type { DecisionService } from '../../decisions/decision-service.ts';
import type { Listed } from '../../node/services.ts';
import type { Policies } from '../../policy/policies.ts';
import { BanShards } from './ban-shards.ts';
import { EXTENSION_CONFIG, type ResourceSource } from './delta-discovery.ts';
import type { ResourceSet } from './delta-subscription.ts';

export interface BanSourceOptions {
  readonly shards: number;
  readonly engine: Pick<DecisionEngine, 'decisions' | 'decisionsOn'>;
  readonly decisions: Pick<DecisionService, 'onChange' | 'onExpired'>;
  readonly listed: Listed;
  readonly policies: Pick<Policies, 'enforces' | 'onChange'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Bans that go out together, ms; longer where writing them takes longer, so that this never fills the processor. */
const GATHER_MS = 10;
const REST_FACTOR = 4;

const NOTHING: ResourceSet = Object.freeze({ names: () => [], get: () => undefined });

/** The bans of a node as resources, kept in step with its decisions and its policy. */
export interface BanSource extends ResourceSource {
  stop(): void;
}

export function banSource(options: BanSourceOptions): BanSource {
  const { engine, decisions, listed, policies, clock, logger } = options;
  const enforced = (decision: Decision): boolean => policies.enforces(decision);
  const shards = new BanShards({
    count: options.shards,
    *inForce() {
      yield* Iterator.from(engine.decisions()).filter(enforced);
      yield* Iterator.from(listed.inForce()).filter(enforced);
    },
    on: (scope, value) => [...engine.decisionsOn(scope, value), ...listed.on(scope, value)].filter(enforced),
    now: () => clock.now(),
  });
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  let restMs = GATHER_MS;
  const tell = (): void => {
    timer = undefined;
    const begun = clock.monotonic();
    for (const listener of listeners) listener();
    restMs = Math.max(GATHER_MS, (clock.monotonic() - begun) * REST_FACTOR);
    if (shards.omitted > 0)
      logger.warn(
        { omitted: shards.omitted },
        'not all bans fit into what Envoy is pushed; raise grpc.ban_shards',
      );
  };
  const changed = (): void => {
    timer ??= setTimeout(tell, restMs);
  };
  const touch = (decision: Decision): void => {
    if (shards.touch(decision)) changed();
  };
  const stops = [
    decisions.onChange(({ decision }) => touch(decision)),
    decisions.onExpired(touch),
    listed.onChange((changes) => {
      for (const { decision } of changes) touch(decision);
    }),
    // Another policy may withhold what was pushed, and push what was withheld.
    policies.onChange(() => {
      shards.layAnew();
      changed();
    }),
  ];
  return {
    of: (typeUrl) => (typeUrl === EXTENSION_CONFIG ? shards : NOTHING),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop() {
      for (const stop of stops) stop();
      clearTimeout(timer);
    },
  };
}
