import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, type SessionInput, seededRandom } from '@aegis/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestNode, type TestNode } from '../http/fixture/test-node.ts';
import { createApiClient } from './api-client.ts';
import type { PushOptions, PushProgress } from './push-sessions.ts';

let node: TestNode;
const proxies: Server[] = [];

beforeEach(async () => {
  node = await startTestNode();
});

afterEach(async () => {
  for (const proxy of proxies.splice(0)) {
    proxy.closeAllConnections();
    proxy.close();
  }
  await node.close();
});

const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
const options: PushOptions = { clock, random: seededRandom(1), firstWaitMs: 1 };

function sessions(count: number): readonly SessionInput[] {
  return Array.from({ length: count }, (_, i) => ({
    sess_uuid: `s${i}`,
    peer_ip: '192.0.2.1',
    start_time: 1,
  }));
}

function push(
  from: Iterable<SessionInput>,
  how: Partial<PushOptions> = {},
  url = node.url,
): Promise<PushProgress[]> {
  const client = createApiClient({ baseUrl: url, key: node.keys.sensor });
  return Array.fromAsync(client.pushSessions(from, { ...options, ...how }));
}

const takenOnce = (): number => new Set(node.intake.taken.map(({ sess_uuid }) => sess_uuid)).size;

/** Stands before the node and does something else with the first requests. */
async function before(first: readonly ('cut' | number)[]): Promise<string> {
  let count = 0;
  const proxy = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const forward = (): Promise<Response> =>
        fetch(node.url + request.url, {
          method: 'POST',
          headers: {
            authorization: request.headers.authorization ?? '',
            'content-type': request.headers['content-type'] ?? '',
          },
          body: Buffer.concat(chunks),
        });
      const special = first[count++];
      if (special === 'cut') {
        await forward();
        request.socket.destroy();
      } else if (typeof special === 'number') response.writeHead(special, { 'retry-after': '0' }).end();
      else {
        const answer = await forward();
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
      }
    });
  }).listen(0, '127.0.0.1');
  proxies.push(proxy);
  await new Promise((resolve) => proxy.once('listening', resolve));
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

test('sessions go in batches, and progress is told after each', async () => {
  const progress = await push(sessions(1_200));
  expect(progress.map(({ sent, accepted }) => [sent, accepted])).toEqual([
    [500, 500],
    [1_000, 1_000],
    [1_200, 1_200],
  ]);
  expect(takenOnce()).toBe(1_200);
});

test('large sessions go in smaller batches', async () => {
  const large = sessions(10).map((session) => ({ ...session, note: 'x'.repeat(900_000) }));
  expect((await push(large)).map(({ sent }) => sent)).toEqual([4, 8, 10]);
});

test('refused sessions are named by their place in the source', async () => {
  const some = sessions(600).map((session, i) =>
    i === 3 || i === 599 ? { ...session, peer_ip: 'x' } : session,
  );
  const rejected = (await push(some)).flatMap((progress) => progress.rejected.map(({ index }) => index));
  expect(rejected).toEqual([3, 599]);
});

test('a full node is waited for', async () => {
  node.intake.room = 500;
  const waits: string[] = [];
  const pushed = push(sessions(1_000), {
    onRetry: ({ code }) => {
      waits.push(code);
      node.intake.room = 10_000;
    },
    firstWaitMs: 1,
  });
  expect((await pushed).at(-1)).toMatchObject({ sent: 1_000, accepted: 1_000 });
  expect(waits).toEqual(['intake_full']);
});

test('a lost connection and a gateway that stumbles cost nothing', async () => {
  const url = await before([502, 'cut', 503]);
  const failures: string[] = [];
  const progress = await push(sessions(10), { onRetry: ({ code }) => failures.push(code) }, url);
  expect(progress).toEqual([{ sent: 10, accepted: 10, rejected: [] }]);
  expect(failures).toEqual(['bad_answer', 'unreachable', 'bad_answer']);
  expect(takenOnce()).toBe(10);
});

test('what trying again cannot mend is thrown at once', async () => {
  const client = createApiClient({ baseUrl: node.url, key: node.keys.viewer });
  await expect(Array.fromAsync(client.pushSessions(sessions(1), options))).rejects.toMatchObject({
    code: 'forbidden',
  });
});

test('it gives up after its time', async () => {
  node.intake.room = 0;
  await expect(push(sessions(1), { giveUpAfterMs: 20 })).rejects.toMatchObject({
    code: 'intake_full',
    status: 503,
  });
});

test('it stops when told', async () => {
  node.intake.room = 0;
  const stop = new AbortController();
  const pushed = push(sessions(1), { signal: stop.signal, onRetry: () => stop.abort() });
  await expect(pushed).rejects.toMatchObject({ name: 'AbortError' });
});
