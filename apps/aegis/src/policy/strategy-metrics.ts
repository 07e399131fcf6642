import type { DecisionEngine, StrategyCount } from '@aegis/decide';
import { Counter, type Registry } from 'prom-client';

/** What each strategy had to say, also those that only watch. A policy has 256 strategies at most. */
export function countStrategies(registry: Registry, engine: DecisionEngine): void {
  const counter = (name: string, help: string, countOf: (count: StrategyCount) => number): void => {
    const made: Counter = new Counter({
      name,
      help,
      labelNames: ['strategy', 'mode'],
      registers: [],
      collect() {
        made.reset();
        for (const count of engine.strategyCounts())
          made.inc({ strategy: count.strategy, mode: count.mode }, countOf(count));
      },
    });
    registry.registerMetric(made);
  };
  counter(
    'aegis_strategy_matched_total',
    'Decisions of a strategy that matched a check',
    ({ matched }) => matched,
  );
  counter(
    'aegis_strategy_decided_total',
    'Checks that a strategy decided; with mode shadow, that it would have decided',
    ({ decided }) => decided,
  );
}
