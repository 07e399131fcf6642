import type { DecisionEngine } from '@aegis/decide';
import type { Clock, Verdict } from '@aegis/model';
import type { Metrics } from './metrics.ts';
import type { Checks } from './services.ts';

/** Answers checks from the engine and counts them. */
export function createChecks(engine: DecisionEngine, clock: Clock, metrics: Metrics): Checks {
  return {
    check(request): Verdict {
      const started = clock.monotonic();
      const verdict = engine.check(request, clock.now());
      metrics.requests.inc();
      if (verdict.scope !== undefined)
        metrics.blockHits.inc({ rule_type: verdict.scope, result: verdict.outcome });
      metrics.checkLatency.observe({ status: verdict.outcome }, (clock.monotonic() - started) / 1_000);
      return verdict;
    },
    explain: (request) => engine.explain(request, clock.now()),
  };
}
