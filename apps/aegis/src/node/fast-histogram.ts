import type { Histogram, Registry } from 'prom-client';

export interface FastHistogramOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** Upper bounds, rising. */
  readonly buckets: readonly number[];
  readonly register: Registry;
}

type Labels = Readonly<Record<string, string>>;

interface Series {
  readonly labels: Labels;
  /** How many fell into each bucket and not into one before; above the last bound at the end. */
  readonly counts: Float64Array;
  sum: number;
}

interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** What a registry writes. */
interface Scraped {
  readonly name: string;
  readonly help: string;
  readonly type: 'histogram';
  readonly aggregator: 'sum';
  readonly values: readonly Sample[];
}

/**
 * A histogram for the request path. That of prom-client makes a text of the labels for every value, which costs as
 * much as a verdict; here a series is found by one text that the caller has at hand, and only a scrape does more.
 */
export class FastHistogram {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly #options: FastHistogramOptions;
  readonly #series: Map<string, Series> = new Map();

  constructor(options: FastHistogramOptions) {
    this.name = options.name;
    this.help = options.help;
    this.labelNames = options.labelNames;
    this.#options = options;
    // The registry asks a metric for its name and what it holds; the rest is for who describes metrics.
    options.register.registerMetric(this as unknown as Histogram);
  }

  /** `labels` are asked for where a key comes for the first time; the same key must always mean the same ones. */
  observe(key: string, value: number, labels: () => Labels): void {
    const series = this.#series.get(key) ?? this.#open(key, labels());
    const { buckets } = this.#options;
    let bucket = 0;
    while (bucket < buckets.length && value > (buckets[bucket] as number)) bucket++;
    (series.counts[bucket] as number)++;
    series.sum += value;
  }

  async get(): Promise<Scraped> {
    const { name, help } = this.#options;
    const values = [...this.#series.values()].flatMap((series) => this.#samplesOf(series));
    return { name, help, type: 'histogram', aggregator: 'sum', values };
  }

  #open(key: string, labels: Labels): Series {
    const series = { labels, counts: new Float64Array(this.#options.buckets.length + 1), sum: 0 };
    this.#series.set(key, series);
    return series;
  }

  #samplesOf({ labels, counts, sum }: Series): readonly Sample[] {
    const { name, buckets } = this.#options;
    let total = 0;
    const bounds = [...buckets, '+Inf'].map((le, bucket) => {
      total += counts[bucket] as number;
      return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: total };
    });
    return [
      ...bounds,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: total },
    ];
  }
}
