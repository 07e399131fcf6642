/** One number of an exposition. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]{0,200})(?:\{(.{0,4000})\})? (\S{1,40})(?: \S+)*$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** The samples of Prometheus exposition text, by name of metric; what is no sample is passed over. */
export function readExposition(text: string): ReadonlyMap<string, readonly Sample[]> {
  const metrics = new Map<string, Sample[]>();
  for (const line of text.split('\n')) {
    const [, name = '', labels = '', number = ''] = LINE.exec(line) ?? [];
    if (name === '') continue;
    const value = number === '+Inf' ? Number.POSITIVE_INFINITY : Number(number);
    const sample = { labels: labelsOf(labels), value };
    const known = metrics.get(name);
    if (known === undefined) metrics.set(name, [sample]);
    else known.push(sample);
  }
  return metrics;
}

function labelsOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(LABEL)].map(([, name = '', value = '']) => [
      name,
      value.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char)),
    ]),
  );
}

/** The sum of all samples of a metric whose labels are these; 0 where there are none. */
export function sumOf(
  metrics: ReadonlyMap<string, readonly Sample[]>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  return (metrics.get(name) ?? [])
    .filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

/** Sums by the values of one label. */
export function sumsBy(
  metrics: ReadonlyMap<string, readonly Sample[]>,
  name: string,
  label: string,
): Readonly<Record<string, number>> {
  const sums = new Map<string, number>();
  for (const { labels, value } of metrics.get(name) ?? [])
    sums.set(labels[label] ?? '', (sums.get(labels[label] ?? '') ?? 0) + value);
  return Object.fromEntries(sums);
}

/**
 * The upper bound of the bucket that holds this share of a histogram's observations, in the unit of the metric;
 * undefined where there are none, infinite where it is above the last bound.
 */
export function quantileOf(
  metrics: ReadonlyMap<string, readonly Sample[]>,
  name: string,
  share: number,
): number | undefined {
  const counts = new Map<number, number>();
  for (const { labels, value } of metrics.get(`${name}_bucket`) ?? []) {
    const bound = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le);
    counts.set(bound, (counts.get(bound) ?? 0) + value);
  }
  const total = counts.get(Number.POSITIVE_INFINITY) ?? 0;
  if (total === 0) return undefined;
  return [...counts].sort(([a], [b]) => a - b).find(([, count]) => count >= share * total)?.[0];
}
