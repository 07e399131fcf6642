import type { DecisionEngine } from '@aegis/decide';
import type { Clock, Verdict } from '@aegis/model';
import type { Geo } from '@aegis/ports';
import { withPlace } from '../geo/with-place.ts';
import type { Metrics } from './metrics.ts';
import type { Checks } from './services.ts';

export interface CheckDependencies {
  readonly engine: DecisionEngine;
  readonly geo: Geo;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/**
 * Answers checks from the engine and counts them. Where a client is and who announces it is looked up only while
 * a decision in force is about such a thing. The time of a check is measured where it is asked for alone.
 */
export function createChecks({ engine, geo, clock, metrics }: CheckDependencies): Checks {
  function countHit({ scope, outcome }: Verdict): void {
    if (scope === undefined) return;
    metrics.blockHits.count(`${scope} ${outcome}`, () => ({ rule_type: scope, result: outcome }));
  }

  return {
    check(request): Verdict {
      const started = clock.monotonic();
      const placed = engine.usesPlace ? withPlace(request, geo) : request;
      const verdict = engine.check(placed, clock.now());
      metrics.requests.count('', () => ({}));
      countHit(verdict);
      const { outcome } = verdict;
      const seconds = (clock.monotonic() - started) / 1_000;
      metrics.checkLatency.observe(outcome, seconds, () => ({ status: outcome }));
      return verdict;
    },
    checkAddresses(addresses) {
      const now = clock.now();
      const placed = engine.usesPlace;
      metrics.requests.count('', () => ({}), addresses.length);
      return addresses.map((address) => {
        const verdict = engine.check(placed ? withPlace({ address }, geo) : { address }, now);
        countHit(verdict);
        return verdict;
      });
    },
    explain: (request) => engine.explain(withPlace(request, geo), clock.now()),
  };
}
