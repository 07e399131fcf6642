import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { attackClasses, rememberingRecognition } from '@aegis/analyze';
import { type Address, type Observation, type Random, seededRandom } from '@aegis/model';
import { parseRules, type Rule, ScenarioEngine } from '@aegis/scenario';
import { type Rate, rate } from './rate.ts';
import type { Bench, Result } from './result.ts';

const RULES = join(import.meta.dirname, '..', 'apps', 'aegis', 'scenarios');
const EVENTS = 20_000;
const CLIENTS = 5_000;
const BUCKETS = 200_000;

/** All built-in rules over a day's mixed traffic, and what a bucket costs. */
export const bench: Bench = async ({ quick }) => {
  const rules = builtInRules();
  const seed = 20_261_122;
  const events = traffic(seededRandom(seed));
  const recognition = rememberingRecognition();
  const run = (): number => {
    const engine = new ScenarioEngine(rules);
    let fired = 0;
    for (const { client, event } of events)
      fired += engine.observe({ client, event, classes: () => attackClasses(event, recognition) }).length;
    return fired;
  };
  const fired = run();
  const measured: Rate = rate(EVENTS, quick ? 5 : 21, run);
  return [
    {
      name: 'events_per_second',
      unit: 'events/s',
      better: 'higher',
      ...measured,
      goal: 20_000,
      note: `${rules.length} rules, ${CLIENTS} clients, ${fired} alerts; payloads that came before are remembered`,
    },
    bytesPerBucket(rules),
  ];
};

function builtInRules(): readonly Rule[] {
  return readdirSync(RULES)
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => {
      const parsed = parseRules(name, readFileSync(join(RULES, name), 'utf8'));
      if (!parsed.ok) throw new Error(`${name} cannot be read`);
      return parsed.value;
    });
}

/** Nine requests of ten are visits, one is a probe or a guess. */
function traffic(random: Random): readonly { readonly client: Address; readonly event: Observation }[] {
  const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
  const probes = [
    '/.env',
    '/wp-login.php',
    '/item?id=1%27%20OR%201=1--',
    '/../../etc/passwd',
    '/phpmyadmin/',
  ];
  return Array.from({ length: EVENTS }, (_, n) => {
    const who = Math.floor(random.next() * CLIENTS);
    const client = `10.1.${who >> 8}.${who & 255}` as Address;
    const at = 1_700_000_000_000 + n * 50;
    const kind = random.next();
    if (kind < 0.04)
      return { client, event: { kind: 'login', at, username: 'root', success: false, service: 'sshd' } };
    const target =
      kind < 0.1
        ? (probes[Math.floor(random.next() * probes.length)] as string)
        : `/article/${Math.floor(random.next() * 2_000)}?page=${Math.floor(random.next() * 20)}`;
    const status = kind < 0.1 ? 404 : 200;
    const headers = { 'user-agent': browser };
    return { client, event: { kind: 'http', at, method: 'GET', target, status, headers, cookies: {} } };
  });
}

/** Of a rule that counts all events, one bucket a client. */
function bytesPerBucket(rules: readonly Rule[]): Result {
  const rule = rules.find(({ name }) => name === 'sign-in-brute-force');
  if (rule === undefined) throw new Error('the rule is gone');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const engine = new ScenarioEngine([rule], { maxBuckets: BUCKETS });
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let n = 0; n < BUCKETS; n++)
    engine.observe({
      client: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` as Address,
      event: { kind: 'login', at: n, username: 'root', success: false, service: 'sshd' },
    });
  collect();
  const bytes = process.memoryUsage().heapUsed - before;
  return {
    name: 'bytes_per_bucket',
    unit: 'bytes',
    better: 'lower',
    value: Math.round(bytes / engine.bucketCount),
    goal: 400,
    note: `${engine.bucketCount.toLocaleString('en')} buckets`,
  };
}
