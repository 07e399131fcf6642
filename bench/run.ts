import { cpus } from 'node:os';
import type { Benchmark, Result } from './result.ts';

/** `npm run bench -- NAME [--quick]`: runs `bench/NAME.ts`, prints a table and, as the last line, one JSON object. */
const [name = '', ...options] = process.argv.slice(2);
if (!/^[a-z][a-z-]*$/.test(name)) {
  process.stderr.write('usage: npm run bench -- NAME [--quick]\n');
  process.exit(2);
}

const bench = (await import(`./${name}.ts`)) as Benchmark;
const results = await bench.run({ quick: options.includes('--quick') });

for (const result of results) process.stdout.write(`${row(result)}\n`);
const [cpu] = cpus();
const machine = { cpu: cpu?.model ?? 'unknown', cores: cpus().length, node: process.version };
process.stdout.write(`${JSON.stringify({ bench: name, machine, results })}\n`);

function row({ name: label, unit, value, goal, why }: Result): string {
  const shown = value === null ? '-' : value.toLocaleString('en', { maximumFractionDigits: 2 });
  const aim = goal === undefined ? '' : `  goal ${goal.toLocaleString('en')}`;
  return `${label.padEnd(32)} ${shown.padStart(12)} ${unit}${aim}${why === undefined ? '' : `  (${why})`}`;
}
