import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { Bench, Result } from './result.ts';

const BENCHES: Readonly<Record<string, () => Promise<{ readonly bench: Bench }>>> = {
  archive: () => import('./archive.ts'),
  guard: () => import('./guard.ts'),
  'ban-latency': () => import('./ban-latency.ts'),
  feeds: () => import('./feeds.ts'),
  'http-check': () => import('./http-check.ts'),
  'grpc-check': () => import('./grpc-check.ts'),
  hunt: () => import('./hunt.ts'),
  netset: () => import('./netset.ts'),
  nft: () => import('./nft.ts'),
  pipeline: () => import('./pipeline.ts'),
  propagation: () => import('./propagation.ts'),
  payloads: () => import('./payloads.ts'),
  scenario: () => import('./scenario.ts'),
  trail: () => import('./trail.ts'),
  verdict: () => import('./verdict.ts'),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
});
const name = positionals[0] ?? '';
const load = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (load === undefined || positionals.length !== 1) {
  process.stderr.write(
    `usage: npm run bench -- NAME [--quick], NAME one of ${Object.keys(BENCHES).join(', ')}\n`,
  );
  process.exit(2);
}
const { bench } = await load();
const results = await bench({ quick: values.quick });
for (const result of results) process.stdout.write(`${lines(result).join('\n')}\n`);
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
process.stdout.write(`${JSON.stringify({ bench: name, machine, results })}\n`);

function lines({
  name,
  unit,
  value,
  why,
  median,
  best,
  perCoreSecond,
  goal,
  note,
  peers = [],
}: Result): readonly string[] {
  const shown = (number: number): string => `${number.toLocaleString('en')} ${unit}`;
  const notes = [
    median === undefined ? '' : `best round; median ${shown(median)}`,
    best === undefined ? '' : `best ${shown(best)}`,
    perCoreSecond === undefined ? '' : `${shown(perCoreSecond)} of a core`,
    goal === undefined ? '' : `goal ${shown(goal)}`,
    note ?? '',
    why ?? '',
  ].filter((note) => note !== '');
  const row = (label: string, number: string, note: string): string =>
    `${label.padEnd(30)}${number.padStart(22)}  ${note}`.trimEnd();
  return [
    row(name, value === null ? '-' : shown(value), notes.join(', ')),
    ...peers.map((peer) =>
      row(
        `  ${peer.name}`,
        shown(peer.value),
        peer.entries === undefined ? '' : `with ${peer.entries} entries`,
      ),
    ),
  ];
}
