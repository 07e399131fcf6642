import { Counter, type CounterConfiguration } from 'prom-client';

type Labels = Readonly<Record<string, string>>;

interface Pending {
  readonly labels: Labels;
  count: number;
}

/**
 * A counter for the request path: what is counted under one text that the caller has at hand is told to prom-client,
 * which makes a text of the labels each time, only when somebody looks.
 */
export class FastCounter {
  readonly #pending: Map<string, Pending> = new Map();

  constructor(configuration: Omit<CounterConfiguration<string>, 'collect'>) {
    const pending = this.#pending;
    new Counter({
      ...configuration,
      collect() {
        for (const each of pending.values()) {
          if (each.count > 0) this.inc(each.labels, each.count);
          each.count = 0;
        }
      },
    });
  }

  /** `labels` are asked for where a key comes for the first time; the same key must always mean the same ones. */
  count(key: string, labels: () => Labels, times: number = 1): void {
    const known = this.#pending.get(key);
    if (known === undefined) this.#pending.set(key, { labels: labels(), count: times });
    else known.count += times;
  }
}
