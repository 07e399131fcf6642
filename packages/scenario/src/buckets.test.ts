import { type Address, type Notice, type Observation, seededRandom } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BucketStore } from './bucket-store.ts';
import { decodedTarget } from './decoded-target.ts';
import { Rule } from './rule.ts';
import { type Drop, ScenarioEngine } from './scenario-engine.ts';

const example = { about: 'x', events: [{ observation: {} }] };
const rule = (parts: Record<string, unknown>): Rule =>
  Rule.parse({
    name: 'r',
    about: 'too many',
    on: 'login',
    attack_type: 'brute_force',
    confidence: 80,
    must_catch: [example],
    must_not: [example],
    ...parts,
  });
const login = (at: number, username = 'root', success = false): Observation => ({
  kind: 'login',
  at,
  username,
  success,
});
const client = (n: number): Address => `192.0.2.${n}` as Address;

test('a counter fires within its window of the first event, and leaks nothing', () => {
  const engine = new ScenarioEngine([rule({ type: 'counter', capacity: 2, window: '10s', blackout: '1ms' })]);
  const fired = (at: number) => engine.observe({ client: client(1), event: login(at) }).length;
  expect([0, 5_000, 10_000].map(fired)).toEqual([0, 0, 1]);
  expect([20_000, 25_000, 31_000, 32_000, 33_000].map(fired)).toEqual([0, 0, 0, 0, 1]);
});

test('a sequence fires when its steps were taken in order, by one source, in time', () => {
  const steps = [
    { where: { success: { equals: false } }, at_least: 2 },
    { where: { success: { equals: true } } },
  ];
  const engine = new ScenarioEngine([rule({ type: 'sequence', steps, within: '1m' })]);
  const see = (n: number, at: number, success: boolean) =>
    engine.observe({ client: client(n), event: login(at, 'root', success) }).map(({ why }) => why);
  expect([see(1, 0, true), see(1, 1, false), see(2, 2, true)]).toEqual([[], [], []]);
  expect(see(1, 3, true)).toEqual([]);
  expect(see(1, 4, false)).toEqual([]);
  expect(see(1, 2_000, true)).toEqual(['too many: 2 steps in 2 s']);
  expect([see(3, 0, false), see(3, 1, false), see(3, 60_002, true)]).toEqual([[], [], []]);
});

test('apart counts only what comes long enough after what was counted', () => {
  const engine = new ScenarioEngine([rule({ capacity: 2, leak: '10h', apart: '10m' })]);
  const minutes = [0, 1, 2, 9, 10, 11, 19, 20];
  const fired = minutes.filter(
    (minute) => engine.observe({ client: client(1), event: login(minute * 60_000) }).length > 0,
  );
  expect(fired).toEqual([20]);
});

test('those who share a bucket are all named, each once', () => {
  const engine = new ScenarioEngine([rule({ by: ['network'], distinct: 'client', capacity: 2, leak: '1h' })]);
  const seen = [1, 1, 2, 3].flatMap((n) => engine.observe({ client: client(n), event: login(n) }));
  expect(seen).toMatchObject([
    { source: [{ field: 'network', value: '192.0.2.0/24' }], clients: [client(1), client(2), client(3)] },
  ]);
});

test('what has no client has no bucket of clients, but of what it does have', () => {
  const notice = (pid: string): Notice => ({
    kind: 'notice',
    at: 0,
    service: 'auditd',
    event: 'x',
    data: { pid },
  });
  const trigger = { on: 'notice', type: 'trigger', blackout: '1ms' };
  const engine = new ScenarioEngine([
    rule({ ...trigger, name: 'of-clients' }),
    rule({ ...trigger, name: 'of-processes', by: ['data.pid'] }),
  ]);
  expect(engine.observe({ event: notice('7') })).toMatchObject([
    { rule: { name: 'of-processes' }, source: [{ field: 'data.pid', value: '7' }], clients: [] },
  ]);
  expect(engine.observe({ event: { ...notice('7'), data: {} } })).toEqual([]);
});

test('names of fields that objects are born with are no fields', () => {
  const where = { 'data.constructor': { contains: 'x' } };
  const engine = new ScenarioEngine([rule({ on: 'notice', type: 'trigger', where })]);
  const event: Notice = { kind: 'notice', at: 0, service: 's', event: 'e', data: {} };
  expect(engine.observe({ client: client(1), event })).toEqual([]);
});

test('classes are asked for only where a rule wants them, and once', () => {
  const rules = ['a', 'b'].map((name) =>
    rule({
      name,
      on: 'http',
      type: 'trigger',
      where: { method: { equals: 'GET' }, classes: { one_of: ['ssrf'] } },
    }),
  );
  const engine = new ScenarioEngine(rules);
  let asked = 0;
  const classes = () => {
    asked += 1;
    return ['ssrf'] as const;
  };
  const request = (method: string): Observation => ({
    kind: 'http',
    at: 0,
    method,
    target: '/',
    headers: {},
    cookies: {},
  });
  expect(engine.observe({ client: client(1), event: request('POST'), classes })).toEqual([]);
  expect(asked).toBe(0);
  expect(engine.observe({ client: client(1), event: request('GET'), classes })).toHaveLength(2);
  expect(asked).toBe(1);
});

test('every drop is told with what it did', () => {
  const drops: Drop['outcome'][] = [];
  const engine = new ScenarioEngine([rule({ capacity: 1, leak: '1h', distinct: 'username' })], {
    onDrop: ({ outcome }) => drops.push(outcome),
  });
  for (const [at, name] of ['a', 'a', 'b', 'c', 'd'].entries())
    engine.observe({ client: client(1), event: login(at, name) });
  expect(drops).toEqual(['counted', 'passed_over', 'overflowed', 'counted', 'silent']);
});

test('a flood of sources that come once pushes out none that came again', () => {
  const engine = new ScenarioEngine([rule({ capacity: 3, leak: '1h' })], { maxBuckets: 1_000 });
  const random = seededRandom(7);
  const flood = (): void => {
    for (let n = 0; n < 5_000; n++)
      engine.observe({
        client: `2001:db8::${Math.floor(random.next() * 2 ** 32).toString(16)}` as Address,
        event: login(n),
      });
  };
  const guess = (at: number) => engine.observe({ client: client(1), event: login(at) }).length;
  expect([guess(0), guess(1)]).toEqual([0, 0]);
  flood();
  expect(guess(10_000)).toBe(0);
  flood();
  expect(guess(20_000)).toBe(1);
  expect(engine.bucketCount).toBe(1_000);
  expect(engine.evicted).toBeGreaterThan(8_000);
});

test('a million sources are held within the bound', () => {
  const engine = new ScenarioEngine([rule({ capacity: 3, leak: '1h' })], { maxBuckets: 10_000 });
  for (let n = 0; n < 1_000_000; n++) {
    const address = `10.${n & 255}.${(n >> 8) & 255}.${(n >> 16) & 255}` as Address;
    engine.observe({ client: address, event: login(n, 'root') });
    if (n % 100_000 === 0) expect(engine.bucketCount).toBeLessThanOrEqual(10_000);
  }
  expect(engine.bucketCount).toBe(10_000);
});

test('the store agrees with a slow one that keeps lists', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 12 }), fc.array(fc.nat(20), { maxLength: 200 }), (most, uses) => {
      const store = new BucketStore(most);
      const share = Math.max(1, Math.floor(most * 0.8));
      let fresh: number[] = [];
      let established: number[] = [];
      for (const key of uses) {
        store.use(String(key), 0);
        if (established.includes(key)) established = [...established.filter((each) => each !== key), key];
        else if (fresh.includes(key)) {
          fresh = fresh.filter((each) => each !== key);
          established = [...established, key].slice(-share);
        } else {
          fresh = [...fresh, key];
          if (fresh.length + established.length > most) fresh = fresh.slice(1);
        }
        const held = new Set([...fresh, ...established].map(String));
        for (let each = 0; each <= 20; each++)
          expect(store.get(String(each)) !== undefined, `key ${each}`).toBe(held.has(String(each)));
      }
    }),
    { numRuns: 300 },
  );
});

test('targets are decoded as the last of several servers would', () => {
  expect(decodedTarget('/%252e%252e%252fetc')).toBe('/../etc');
  expect(decodedTarget('/a+b?c+d')).toBe('/a+b?c d');
  expect(decodedTarget('/%zz%2')).toBe('/%zz%2');
  expect(decodedTarget('%25'.repeat(5_000)).length).toBeLessThanOrEqual(4_096);
});
