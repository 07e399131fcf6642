import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Counter, Histogram } from 'prom-client';
import { expect, test } from 'vitest';
import { allMetrics } from './all-metrics.fixture.ts';
import { FastHistogram } from './fast-histogram.ts';

const DOCUMENT = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'metrics.md');
const [BEGIN, END] = ['<!-- table of metrics: made by a test -->\n', '<!-- end of the table -->'] as const;
const HOW = 'run this test with UPDATE_DOCS=1 to write it anew';

/** Named by the specifications, with the labels that they ask for. */
const SPECIFIED: Readonly<Record<string, readonly string[]>> = {
  firewall_block_hits_total: ['rule_type', 'result'],
  firewall_false_positives_total: ['reason'],
  firewall_response_latency_seconds: ['status'],
  firewall_requests_total: [],
  aegis_sync_latency_seconds: [],
  aegis_node_status: ['node_id', 'region'],
};

interface Described {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labels: readonly string[];
}

function described(): readonly Described[] {
  const { registry } = allMetrics();
  return registry
    .getMetricsAsArray()
    .filter(({ name }) => !/^aegis_(?:nodejs|process)_/.test(name))
    .map((metric) => {
      // What prom-client knows of a metric and its types do not tell.
      const { labelNames = [] } = metric as unknown as { readonly labelNames?: readonly string[] };
      const type =
        metric instanceof Counter
          ? 'counter'
          : metric instanceof Histogram || (metric as unknown) instanceof FastHistogram
            ? 'histogram'
            : 'gauge';
      return { name: metric.name, help: metric.help, type, labels: labelNames };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

test('the table of the documentation is the metrics that there are', () => {
  const rows = described().map(
    ({ name, type, labels, help }) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ') || '-'} | ${help} |`,
  );
  const table = ['| metric | type | labels | what it counts |', '|---|---|---|---|', ...rows, ''].join('\n');
  const document = readFileSync(DOCUMENT, 'utf8');
  const [before = '', rest = ''] = document.split(BEGIN);
  const [, after = ''] = rest.split(END);
  const wanted = `${before}${BEGIN}${table}${END}${after}`;
  if (process.env.UPDATE_DOCS === '1') writeFileSync(DOCUMENT, wanted);
  else expect(document, HOW).toBe(wanted);
});

test('what the specifications name is there, with its labels', () => {
  const byName = new Map(described().map((each) => [each.name, each]));
  for (const [name, labels] of Object.entries(SPECIFIED))
    expect(byName.get(name)?.labels, name).toEqual(expect.arrayContaining([...labels]));
});

test('names and helps are as Prometheus wants them', () => {
  for (const { name, help, type } of described()) {
    expect(name).toMatch(/^(?:aegis|firewall)_[a-z_]+$/);
    expect(help.length, name).toBeGreaterThan(10);
    // The specification names the one exception.
    if (type === 'counter' && name !== 'aegis_packets_blocked') expect(name).toMatch(/_total$/);
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
  }
});
