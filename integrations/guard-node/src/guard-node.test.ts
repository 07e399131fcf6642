import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GUARD_PRESETS, Guard } from '@aegis/guard';
import { ManualClock, seededRandom } from '@aegis/model';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { guardSocket } from './guard-socket.ts';
import { guardUpgrade } from './guard-upgrade.ts';
import { expressGuard, fastifyGuard, httpGuard } from './http-guard.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function listen(
  handler?: RequestListener,
): Promise<{ readonly server: Server; readonly address: string }> {
  const server = createServer(handler);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function makeGuard(): Guard {
  const config = { ...GUARD_PRESETS.strict, shadowBan: 'on', throttleDelayMs: 50 } as const;
  return new Guard({ config, clock: new ManualClock(), random: seededRandom(1) });
}

const identify = () => ({ user: 'ann', method: 'sync' });

describe('HTTP', () => {
  test('what passes has the RateLimit fields; what is refused says why, and when to come again', async () => {
    const check = httpGuard({ guard: makeGuard(), identify });
    let served = 0;
    const { address } = await listen((request, response) => {
      void check(request, response).then((goOn) => {
        if (goOn) response.end(String(++served));
      });
    });
    const first = await fetch(`http://${address}/`);
    expect(first.headers.get('ratelimit-policy')).toBe('"user";q=30;w=2, "rpc";q=30;w=2');
    expect(first.headers.get('ratelimit')).toBe('"user";r=10;t=2');
    expect(first.headers.get('retry-after')).toBeNull();
    const refused = await fetch(`http://${address}/`);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(await refused.json()).toMatchObject({
      type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
      status: 429,
      'violated-policies': ['user'],
    });
    expect(served).toBe(1);
  });

  test('a shadow-banned client is told success and its call is not served; a disconnected one is refused', async () => {
    const guard = makeGuard();
    const middleware = expressGuard({ guard, identify: () => ({ user: 'ann', method: 'send' }) });
    let served = 0;
    const { address } = await listen((request, response) =>
      middleware(request, response, () => response.end(String(++served))),
    );
    guard.setState('ann', 'shadow_banned', { by: 'op', reason: 'x' });
    const told = await fetch(`http://${address}/`);
    expect([told.status, await told.json()]).toEqual([200, {}]);
    guard.setState('ann', 'disconnected', { by: 'op', reason: 'x' });
    const refused = await fetch(`http://${address}/`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([403, '1800']);
    expect(served).toBe(0);
  });

  test('the hook for Fastify takes the answer over where it gave one', async () => {
    const guard = makeGuard();
    const hook = fastifyGuard({ guard, identify });
    const hijacked: boolean[] = [];
    const { address } = await listen((request, response) => {
      let mine = false;
      const hijack = (): void => {
        mine = true;
      };
      void hook({ raw: request }, { raw: response, hijack }).then(() => {
        hijacked.push(mine);
        if (!mine) response.end();
      });
    });
    await fetch(`http://${address}/`);
    await fetch(`http://${address}/`);
    expect(hijacked).toEqual([false, true]);
  });
});

describe('WebSockets', () => {
  async function chat(guard: Guard) {
    const { server, address } = await listen();
    const seen: string[] = [];
    const sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      if (!guardUpgrade(guard, socket, { ip: '192.0.2.1', user: 'ann' }).allowed) return;
      sockets.handleUpgrade(request, socket, head, (client) =>
        guardSocket(client, {
          guard,
          user: 'ann',
          ip: '192.0.2.1',
          read(data) {
            const value = data.toString();
            if (value === 'broken') return { ask: { kind: 'malformed', detail: value }, value };
            return { ask: { kind: 'rpc', call: { method: 'mark_read' } }, value };
          },
          onCall: (value) => void seen.push(`done ${value}`),
          onDrop: (value) => void seen.push(`dropped ${value}`),
          onRefuse: (value) => void seen.push(`refused ${value}`),
        }),
      );
    });
    const socket = new WebSocket(`ws://${address}/`);
    return { socket, seen };
  }

  test('calls of a throttled client wait, and stay in order', async () => {
    const guard = makeGuard();
    guard.setState('ann', 'throttled', { by: 'op', reason: 'x' });
    const { socket, seen } = await chat(guard);
    await once(socket, 'open');
    for (const word of ['a', 'b', 'c']) socket.send(word);
    await expect.poll(() => seen).toEqual(['done a', 'done b', 'done c']);
    socket.terminate();
  });

  test('what is dropped, refused or broken is told apart, and a disconnected client is cut off', async () => {
    const guard = makeGuard();
    const { socket, seen } = await chat(guard);
    await once(socket, 'open');
    guard.setState('ann', 'shadow_banned', { by: 'op', reason: 'x' });
    socket.send('a');
    await expect.poll(() => seen).toEqual(['dropped a']);
    guard.setState('ann', 'normal', { by: 'op', reason: 'x' });
    socket.send('broken');
    await expect.poll(() => guard.inspect('ann').trust).toBe(80);
    guard.setState('ann', 'disconnected', { by: 'op', reason: 'x' });
    socket.send('b');
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1008);
    expect(seen.at(-1)).toBe('refused b');
  });

  test('whoever may not connect is answered before the socket opens', async () => {
    const guard = makeGuard();
    guard.setState('ann', 'disconnected', { by: 'op', reason: 'x' });
    const { socket } = await chat(guard);
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('403');
  });
});
