import { expect, test } from 'vitest';
import { displayWidth } from '../frame/display-width.ts';
import { styleFor } from '../frame/style.ts';
import type { TopFigures } from './top-figures.ts';
import { type Sort, topLines } from './top-lines.ts';

const figures: TopFigures = {
  node: {
    ...{ id: 'edge-1', region: 'eu', version: '1.2.3', uptime_seconds: 3_725, ready: true },
    backlog: { waiting: 1_234, pending: 5, buried: 0 },
  },
  troubles: {},
  checks: { per_second: 1_000, by_verdict: { block: 250, none: 750 }, p99_seconds: 0.00005 },
  sessions: { accepted_per_second: 12, analysed_per_second: 11 },
  decisions: {
    ...{ in_force: 1_500, made_per_second: 0.4, by_origin: { aegis: 1_400, mesh: 100 } },
    ...{ by_scope: { ip: 1_500 }, enforcement_p99_seconds: 0.01, mesh_p99_seconds: 0.05 },
  },
  top_sources: [
    { peer_ip: '198.51.100.7', sessions: 9, max_risk: 20 },
    { peer_ip: '192.0.2.1', sessions: 3, max_risk: 95 },
  ],
  top_techniques: { T1190: 12 },
  feeds: [{ name: 'drop', state: 'stale', indicators: 900, trouble: 'status 500' }],
  mesh_nodes: [
    { id: 'edge-1', region: 'eu', state: 'online', decisions: 3, weight: 1 },
    { id: 'edge-2', region: 'us', state: 'offline', decisions: 4, weight: 0 },
  ],
};
const page = (of: TopFigures = figures, sort: Sort = 'sessions', width = 80): string =>
  topLines(of, { width, style: styleFor(false), sort }).join('\n');

test('it says how much, of what, how fast, and who needs a look', () => {
  const text = page();
  for (const part of [
    'edge-1 in eu, aegis 1.2.3, up 1 h 2 min',
    'checks     1,000/s  block 25%  none 75%  p99 ≤ 50 µs',
    'sessions   12/s in, 11/s analysed; 1,234 waiting, 5 in work, 0 dead',
    'decisions  1,500 in force, 0.4/s made; enforced ≤ 10 ms, mesh ≤ 50 ms',
    '1,400  aegis',
    '12  T1190',
    '900  drop stale',
  ])
    expect(text).toContain(part);
  // Of the mesh those that are away come first.
  expect(text.indexOf('edge-2')).toBeLessThan(text.lastIndexOf('edge-1'));
});

test('sources are ordered as asked', () => {
  const first = (sort: Sort): string => /^ {2}(\d\S+)/m.exec(page(figures, sort))?.[1] ?? '';
  expect([first('sessions'), first('risk'), first('address')]).toEqual([
    '198.51.100.7',
    '192.0.2.1',
    '192.0.2.1',
  ]);
});

test('no line is wider than the terminal, whatever the names are', () => {
  const long = '漢字-and-a-very-long-name-'.repeat(20);
  const wide: TopFigures = {
    ...figures,
    node: { ...figures.node, id: long },
    troubles: { [long]: `\u001b[2J${long}` },
    checks: {
      per_second: 1e9,
      by_verdict: { block: 1, shadow: 1, challenge: 1, throttle: 1, observe: 1, none: 1 },
    },
    decisions: { ...figures.decisions, by_origin: { [long]: 1 }, by_scope: { [long]: 1e12 } },
    top_techniques: { [long]: 1 },
  };
  for (const width of [80, 110]) {
    const lines = page(wide, 'risk', width).split('\n');
    expect(lines.filter((line) => displayWidth(line) > width)).toEqual([]);
    expect(lines.join('')).not.toContain('\u001b');
  }
});

test('a node at rest has no shares of nothing', () => {
  const text = page({
    ...figures,
    checks: { per_second: 0, by_verdict: { block: 0, none: 0 } },
    decisions: { in_force: 0, made_per_second: 0, by_origin: {}, by_scope: {} },
    ...{ top_sources: [], top_techniques: {}, feeds: [], mesh_nodes: [] },
  });
  expect(text).toContain('checks     0/s\n');
  expect(text).toContain('none enforced yet');
  expect(text).not.toMatch(/NaN|Infinity|undefined/);
});
