import { ManualClock, type SessionInput, silentLogger } from '@aegis/model';
import { expect, test, vi } from 'vitest';
import { createDecoySensor, type DecoySensor } from './decoy-sensor.ts';

interface Recorder {
  readonly sensor: DecoySensor;
  readonly clock: ManualClock;
  readonly sessions: SessionInput[];
  readonly url: string;
}

async function record(refusals = 0): Promise<Recorder> {
  const clock = new ManualClock();
  const sessions: SessionInput[] = [];
  let left = refusals;
  const sensor = createDecoySensor({
    id: 'decoy-1',
    emit: async (ended) => {
      if (left-- > 0) throw new Error('the stream is away');
      sessions.push(...ended);
    },
    sweepMs: 10,
    clock,
    logger: silentLogger,
  });
  const { port } = await sensor.listen('127.0.0.1', 0);
  return { sensor, clock, sessions, url: `http://127.0.0.1:${port}` };
}

function get(url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { headers: { 'user-agent': 'test', ...headers } });
}

test('requests of one client are one session, handed on once it is idle', async () => {
  const { sensor, clock, sessions, url } = await record();
  await get(`${url}/`);
  clock.advance(70_000);
  await get(`${url}/shop`);
  expect(sessions).toHaveLength(0);
  clock.advance(90_000);
  await vi.waitFor(() => expect(sessions).toHaveLength(1));
  expect(sessions[0]).toMatchObject({
    peer_ip: '127.0.0.1',
    user_agent: 'test',
    sensor: 'decoy',
    protocol: 'http',
    snare_uuid: 'decoy-1',
    request_count: 2,
  });
  expect(sessions[0]?.requests?.map(({ path }) => path)).toEqual(['/', '/shop']);
  await sensor.close();
  expect(sessions).toHaveLength(1);
});

test('user agent and session cookie tell clients of one address apart, other cookies do not', async () => {
  const { sensor, sessions, url } = await record();
  await get(url, { cookie: 'PHPSESSID=a; theme=1' });
  await get(url, { cookie: 'PHPSESSID=a; theme=2' });
  await get(url, { cookie: 'PHPSESSID=b' });
  await get(url, { 'user-agent': 'other', cookie: 'PHPSESSID=b' });
  await sensor.close();
  expect(sessions.map(({ request_count }) => request_count)).toEqual([2, 1, 1]);
});

test('logins and hidden links are told', async () => {
  const { sensor, sessions, url } = await record();
  const body = new URLSearchParams({ username: 'admin', password: 'letmein' });
  await fetch(`${url}/login`, { method: 'POST', headers: { 'user-agent': 'test' }, body });
  await get(`${url}/trade/price-archive`);
  await get(`${url}/trade/price-archive?page=2`);
  await sensor.close();
  expect(sessions).toHaveLength(1);
  expect(sessions[0]?.logins).toMatchObject([{ username: 'admin', password: 'letmein', success: false }]);
  expect(sessions[0]?.hidden_links).toBe(2);
});

test('sessions that are refused are offered again, none twice', async () => {
  const { sensor, clock, sessions, url } = await record(3);
  for (let i = 0; i < 5; i++) await get(url, { 'user-agent': `client ${i}` });
  clock.advance(90_000);
  await vi.waitFor(() => expect(sessions).toHaveLength(5));
  expect(new Set(sessions.map(({ sess_uuid }) => sess_uuid)).size).toBe(5);
  await sensor.close();
  expect(sessions).toHaveLength(5);
});
