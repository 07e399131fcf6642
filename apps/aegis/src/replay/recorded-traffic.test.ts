import type { SessionRecord } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleSession } from '../http/fixture/fake-archive.ts';
import { recordedTraffic } from './recorded-traffic.ts';
import { TimeOrder } from './time-order.ts';

const DAY = 86_400_000;
const T = Date.UTC(2026, 9, 27);
const iso = (at: number): string => new Date(at).toISOString();

function session(id: number, start: number, offsets: readonly number[]): SessionRecord {
  const [first] = sampleSession(`s${id}`, 10).requests;
  const requests = offsets.map((offset) => ({
    method: 'GET',
    path: '/',
    ...first,
    time: iso(start + offset),
  }));
  return { ...sampleSession(`s${id}`, 10), peer_ip: `192.0.2.${id % 250}`, start_time: iso(start), requests };
}

/** Pages of the newest first, as the API gives them. */
function clientOf(sessions: readonly SessionRecord[]) {
  const newest = [...sessions].sort((a, b) => b.start_time.localeCompare(a.start_time));
  return {
    days: async () => [...new Set(sessions.map(({ start_time: at }) => at.slice(0, 10)))].sort(),
    async listSessions({
      from = '',
      to = '',
      cursor = '0',
    }: {
      from?: string;
      to?: string;
      cursor?: string;
    } = {}) {
      const fitting = newest.filter(({ start_time: at }) => at >= from && at < to);
      const begin = Number(cursor);
      const next = begin + 3 < fitting.length ? { next: String(begin + 3) } : {};
      return { sessions: fitting.slice(begin, begin + 3), ...next };
    },
  };
}

test('every request once and in order of time, whatever the sessions, however little is held at once', async () => {
  const spec = fc.array(fc.tuple(fc.nat(3 * DAY), fc.array(fc.nat(DAY / 2), { maxLength: 5 })), {
    maxLength: 25,
  });
  await fc.assert(
    fc.asyncProperty(spec, fc.constantFrom(20, 1_000), async (specs, mostHeld) => {
      const sessions = specs.map(([start, offsets], id) =>
        session(
          id,
          T + start,
          [...offsets].sort((a, b) => a - b),
        ),
      );
      const items: { at: number; address: string }[] = [];
      for await (const { at, request } of recordedTraffic({
        client: clientOf(sessions),
        mostHeld: Math.max(mostHeld, 200),
      }))
        items.push({ at, address: request.address });
      const expected = sessions
        .flatMap(({ peer_ip, start_time, requests }) =>
          (requests.length > 0 ? requests.map(({ time }) => time) : [start_time]).map(
            (time) => `${Date.parse(time)} ${peer_ip}`,
          ),
        )
        .sort();
      expect(items.map(({ at, address }) => `${at} ${address}`).sort()).toEqual(expected);
      for (let i = 1; i < items.length; i++)
        expect(items[i]?.at ?? 0).toBeGreaterThanOrEqual(items[i - 1]?.at ?? 0);
    }),
    { numRuns: 60 },
  );
});

test('a stretch with too much in it is asked for in parts', async () => {
  const sessions = Array.from({ length: 40 }, (_, id) => session(id, T + id * 60_000, [0, 1, 2]));
  const asked: string[] = [];
  const client = clientOf(sessions);
  const listSessions: typeof client.listSessions = (ask) => {
    asked.push(`${ask?.from} ${ask?.to}`);
    return client.listSessions(ask);
  };
  let count = 0;
  let last = 0;
  for await (const { at } of recordedTraffic({ client: { ...client, listSessions }, mostHeld: 30 })) {
    expect(at).toBeGreaterThanOrEqual(last);
    last = at;
    count++;
  }
  expect(count).toBe(120);
  expect(new Set(asked).size).toBeGreaterThan(4);
});

test('only sessions of the range are asked for', async () => {
  const sessions = [session(1, T, [0]), session(2, T + DAY, [0]), session(3, T + 2 * DAY, [0])];
  const times: number[] = [];
  for await (const { at } of recordedTraffic({ client: clientOf(sessions), from: T + 1, to: T + 2 * DAY }))
    times.push(at);
  expect(times).toEqual([T + DAY]);
});

test('what is nearly in order comes out in order; of one time, in the order of arrival', () => {
  const item = (at: number, address: string) => ({ at, request: { address } });
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 200 }), (jitter) => {
      const order = new TimeOrder(50);
      const out: { at: number; place: number }[] = [];
      const take = (each: { at: number; request: { address: string } } | undefined): void => {
        if (each !== undefined) out.push({ at: each.at, place: Number(each.request.address) });
      };
      for (const [place, late] of jitter.entries()) take(order.add(item(place - late, String(place))));
      for (const each of order.before(Number.POSITIVE_INFINITY)) take(each);
      const sorted = jitter
        .map((late, place) => ({ at: place - late, place }))
        .sort((a, b) => a.at - b.at || a.place - b.place);
      expect(out).toEqual(sorted);
    }),
  );
});
