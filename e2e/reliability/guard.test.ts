import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aegis, type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';
import { jsonDocument } from '../harness/json-document.ts';

let folder: string;
let file: string;
let node: RunningAegis;

const start = (): Promise<RunningAegis> =>
  startAegis({ dataDir: join(folder, 'data'), env: { AEGIS_GUARD_FILE: file } });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-guard-'));
  file = join(folder, 'guard.toml');
  writeFileSync(file, 'preset = "strict"\nshadow_ban = "on"\n');
  node = await start();
});
afterAll(async () => {
  await node.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function post<T = Record<string, unknown>>(path: string, body: unknown): Promise<T> {
  const response = await node.fetch(`/v1/guard/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  return (await response.json()) as T;
}

interface Client {
  readonly state: string;
  readonly trust: number;
  readonly cases: readonly { readonly id: string }[];
}
const client = (user: string): Promise<Client> => node.get<Client>(`/v1/guard/clients/${user}`);

/** What the guard has decided for everybody, as an operator lists it. */
async function shared(): Promise<readonly string[]> {
  const { stdout } = await node.run(['decisions', 'list', '--json']);
  const { decisions } = jsonDocument<{
    decisions: readonly { decision: { scope: string; value: string; action: string; origin: string } }[];
  }>(stdout);
  return decisions
    .filter(({ decision }) => decision.origin === 'guard')
    .map(({ decision: { scope, value, action } }) => `${scope} ${value} ${action}`)
    .sort();
}
const sharedAre = (expected: readonly string[]): Promise<true> =>
  eventually(`the guard's decisions are ${expected.join(', ') || 'none'}`, async () =>
    String(await shared()) === String(expected) ? true : undefined,
  );

test('states, trust, bans and cases survive kill -9', async () => {
  await post('violations', { user: 'mallory', violation: 'protocol_attack', detail: 'smuggled a frame' });
  await post('violations', { user: 'poet', violation: 'spam', detail: 'ten verses' });
  for (let i = 0; i < 10; i++) await post('violations', { ip: '198.51.100.9', violation: 'failed_auth' });
  const everything = ['ip 198.51.100.9 ban', 'user mallory ban', 'user poet shadow'];
  await sharedAre(everything);
  const before = { mallory: await client('mallory'), poet: await client('poet') };
  expect(before).toMatchObject({
    mallory: { state: 'disconnected', trust: 0 },
    poet: { state: 'shadow_banned', trust: 50 },
  });
  // They are on disk within a second; one more is time enough on a busy machine.
  await new Promise((done) => setTimeout(done, 2_000));
  await node.kill();
  node = await start();
  const { mallory, poet } = before;
  expect(await client('mallory')).toMatchObject({
    state: mallory.state,
    trust: mallory.trust,
    cases: mallory.cases,
  });
  expect(await client('poet')).toMatchObject({ state: poet.state, trust: poet.trust, cases: poet.cases });
  expect(await post('check-connection', { ip: '198.51.100.9' })).toMatchObject({
    allowed: false,
    limited_by: 'ip_ban',
  });
  expect(await post('check-rpc', { user: 'mallory', method: 'profile' })).toMatchObject({
    allowed: false,
    limited_by: 'state',
  });
  expect(await shared()).toEqual(everything);
});

test('an overturned appeal gives back trust and state, and lifts the decision', async () => {
  const [known] = (await client('poet')).cases;
  const id = String(known?.id);
  await post(`cases/${id}/appeal`, { text: 'it was a poem' });
  expect((await node.run(['guard', 'appeals'])).stdout).toContain('says: it was a poem');
  const ruled = await node.run(['guard', 'rule', id, 'overturned', '--reason', 'so it was']);
  expect(ruled).toMatchObject({ code: 0, stdout: expect.stringContaining('so it was') });
  expect(await client('poet')).toMatchObject({ state: 'normal', trust: 100 });
  await sharedAre(['ip 198.51.100.9 ban', 'user mallory ban']);
});

test('whom a decision blocks may not connect', async () => {
  const connect = () => post('check-connection', { ip: '192.0.2.66' });
  expect(await connect()).toMatchObject({ allowed: true });
  await node.run(['decisions', 'add', '192.0.2.66', '--reason', 'seen elsewhere']);
  expect(await connect()).toMatchObject({ allowed: false, limited_by: 'decision' });
  await node.run(['decisions', 'delete', '192.0.2.66']);
  expect(await connect()).toMatchObject({ allowed: true });
});

test('a changed file holds within seconds; one that is wrong is told of and changes nothing', async () => {
  const mode = async (): Promise<unknown> => (await node.get<{ mode: string }>('/v1/guard')).mode;
  expect(await mode()).toBe('full');
  writeFileSync(file, 'preset = "strict"\nmode = "light"\nmisspelt = 1\n');
  await eventually('the error is in the log', async () =>
    node.log().includes('misspelt: there is no such setting') ? true : undefined,
  );
  expect(await mode()).toBe('full');
  writeFileSync(file, 'preset = "strict"\nmode = "light"\n');
  await eventually('the mode is light', async () => ((await mode()) === 'light' ? true : undefined));
});

test('the demo ends by itself: no honest member is refused, and abusers end where they belong', {
  timeout: 180_000,
}, async () => {
  const { code, stdout } = await aegis(['demo', 'guard', '--json', '--seconds', '18']);
  const report = jsonDocument<{
    honest: { users: number; calls: number };
    abusers: readonly { name: string; state: string; belongs: readonly string[] }[];
  }>(stdout);
  expect(report).toMatchObject({
    honest: { users: 200, refused: 0, disconnected: 0, refusedPercent: 0 },
    address: { banned: false },
    goal: { refusedPercent: 0 },
  });
  expect(report.honest.calls).toBeGreaterThan(200);
  expect(report.abusers).toHaveLength(3);
  for (const { state, belongs } of report.abusers) expect(belongs).toContain(state);
  expect(code).toBe(0);
});
