import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expressAegis, fastifyAegis, Gatekeeper, honoAegis, koaAegis } from '@aegis/middleware-node';
import { type HttpBindings, serve } from '@hono/node-server';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';

const silent = (): void => {};

/** An application that answers `here` to whom it lets in, on a free port. */
type Application = (gatekeeper: Gatekeeper) => Promise<Server>;

const APPLICATIONS: Readonly<Record<string, Application>> = {
  'node:http': async (gatekeeper) => {
    const check = expressAegis(gatekeeper);
    return listening(
      createServer((request, response) => check(request, response, () => void response.end('here'))),
    );
  },
  Express: async (gatekeeper) => {
    const app = express();
    app.use(expressAegis(gatekeeper));
    app.get('/', (_request, response) => void response.send('here'));
    return listening(createServer(app));
  },
  Fastify: async (gatekeeper) => {
    const app = fastify();
    fastifyAegis(app, gatekeeper);
    app.get('/', async () => 'here');
    await app.listen({ host: '127.0.0.1', port: 0 });
    return app.server;
  },
  Koa: async (gatekeeper) => {
    const app = new Koa();
    app.use(koaAegis(gatekeeper));
    app.use((context) => {
      context.body = 'here';
    });
    return listening(createServer(app.callback()));
  },
  Hono: async (gatekeeper) => {
    const app = new Hono<{ Bindings: HttpBindings }>();
    app.use(honoAegis(gatekeeper));
    app.get('/', (context) => context.text('here'));
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server;
    if (!server.listening) await once(server, 'listening');
    return server;
  },
};

async function listening(server: Server): Promise<Server> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** As a visitor from this address, behind a proxy on this machine that says so. */
function visit(server: Server, from: string, headers: Record<string, string> = {}): Promise<Response> {
  const { port } = server.address() as AddressInfo;
  return fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-forwarded-for': from, ...headers } });
}

describe('middlewares with an engine of their own', () => {
  let node: RunningAegis;
  let key = '';
  const gatekeepers: Gatekeeper[] = [];
  const servers: Server[] = [];

  const gatekeeperFor = (options: Partial<ConstructorParameters<typeof Gatekeeper>[0]> = {}): Gatekeeper => {
    const gatekeeper = new Gatekeeper({
      node: node.api,
      key,
      trustedProxies: ['127.0.0.1'],
      onTrouble: silent,
      maxWaitMs: 500,
      ...options,
    });
    gatekeepers.push(gatekeeper);
    return gatekeeper;
  };
  const open = async (application: Application, gatekeeper: Gatekeeper): Promise<Server> => {
    const server = await application(gatekeeper);
    servers.push(server);
    return server;
  };
  const aegis = async (...words: readonly string[]): Promise<string> => (await node.run(words)).stdout;
  const until = (server: Server, from: string, status: number): Promise<unknown> =>
    eventually(`${from} meets ${status}`, async () =>
      (await visit(server, from)).status === status ? true : undefined,
    );

  beforeAll(async () => {
    node = await startAegis();
    const made = await aegis('keys', 'create', 'app', '--role', 'enforcer', '--json');
    key = (JSON.parse(made) as { key: string }).key;
  });

  afterAll(async () => {
    for (const gatekeeper of gatekeepers) await gatekeeper.stop();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    await node.kill();
  });

  test.each(Object.entries(APPLICATIONS))(
    '%s refuses who is banned on the node',
    async (name, application) => {
      const gatekeeper = gatekeeperFor();
      const server = await open(application, gatekeeper);
      await gatekeeper.synced;
      const visitor = `203.0.113.${Object.keys(APPLICATIONS).indexOf(name) + 1}`;
      const other = '198.51.100.1';
      expect(await (await visit(server, visitor)).text()).toBe('here');

      await aegis('decisions', 'add', visitor, '--reason', 'secret reason');
      await until(server, visitor, 403);
      const refused = await visit(server, visitor);
      expect(refused.headers.get('content-type')).toContain('application/problem+json');
      const body = await refused.text();
      expect(JSON.parse(body)).toMatchObject({
        status: 403,
        reference: refused.headers.get('x-aegis-decision'),
      });
      expect(body).not.toContain('secret reason');
      expect((await visit(server, other)).status).toBe(200);
      // What a client writes to the left of what the proxy wrote is not believed.
      expect((await visit(server, `${other}, ${visitor}`)).status).toBe(403);
      expect((await visit(server, `${visitor}, ${other}`)).status).toBe(200);

      await aegis('decisions', 'delete', visitor);
      await until(server, visitor, 200);
      await aegis('decisions', 'add', visitor, '--action', 'throttle', '--reason', 'too fast');
      await until(server, visitor, 429);
      expect(Number((await visit(server, visitor)).headers.get('retry-after'))).toBeGreaterThan(0);
      await aegis('decisions', 'delete', visitor);
    },
  );

  test('who is no trusted proxy cannot speak for others', async () => {
    await aegis('decisions', 'add', '203.0.113.50', '--reason', 'because');
    const gatekeeper = gatekeeperFor({ trustedProxies: [] });
    const server = await open(APPLICATIONS.Express as Application, gatekeeper);
    await gatekeeper.synced;
    expect((await visit(server, '203.0.113.50')).status).toBe(200);
  });

  test('before the first contact everybody passes or nobody, as chosen', async () => {
    const away = { node: 'http://127.0.0.1:9' } as const;
    const trouble = Promise.withResolvers<string>();
    const openly = gatekeeperFor({ ...away, onTrouble: trouble.resolve });
    const closed = gatekeeperFor({ ...away, beforeSync: 'closed' });
    const express = APPLICATIONS.Express as Application;
    expect((await visit(await open(express, openly), '203.0.113.51')).status).toBe(200);
    const refused = await visit(await open(express, closed), '203.0.113.51');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await trouble.promise).toMatch(/^the decisions of http:\/\/127\.0\.0\.1:9 cannot be followed: /);
  });

  test('a wrong key is said, and a wrong option', async () => {
    const trouble = Promise.withResolvers<string>();
    gatekeeperFor({ key: 'aegis_wrong', onTrouble: trouble.resolve });
    expect(await trouble.promise).toContain('status 401');
    expect(() => gatekeeperFor({ trustedProxies: ['nowhere'] })).toThrow(
      expect.objectContaining({ code: 'bad_options' }),
    );
  });

  test('decisions weigh as the policy of the node has them weigh', async () => {
    const gatekeeper = gatekeeperFor();
    await gatekeeper.synced;
    const [both, exempt] = ['203.0.113.70', '203.0.113.71'];
    const wish = { scope: 'ip', value: both, reason: 'test' };
    const response = await node.fetch('/v1/decisions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([
        { ...wish, action: 'throttle', origin: 'operator' },
        { ...wish, action: 'ban', origin: 'import' },
        { ...wish, scope: 'user_agent', value: 'Heavy/1.0', action: 'ban' },
      ]),
    });
    expect(response.status).toBe(200);
    const here = (address: string): string =>
      gatekeeper.verdict({
        peer: address,
        header: (name) => (name === 'user-agent' ? 'Heavy/1.0' : undefined),
      }).outcome;
    const there = async (address: string): Promise<string> =>
      (await node.get<{ outcome: string }>(`/v1/check?address=${address}&user_agent=Heavy/1.0`)).outcome;
    const agree = async (wanted: readonly string[]): Promise<void> => {
      expect([await there(both), await there(exempt)]).toEqual(wanted);
      await eventually('the application weighs in the same way', async () =>
        here(both) === wanted[0] && here(exempt) === wanted[1] ? true : undefined,
      );
    };
    const { policy } = await node.get<{ policy: object }>('/v1/policy');
    const apply = async (
      name: string,
      strategies: readonly object[],
      exempted: readonly string[],
    ): Promise<void> => {
      const file = join(node.dataDir, `${name}.json`);
      writeFileSync(file, JSON.stringify({ ...policy, name, strategies, exempt: exempted }));
      const { code, stderr } = await node.run(['policy', 'apply', file, '--reason', name, '--force']);
      expect({ code, stderr }).toMatchObject({ code: 0 });
    };
    const others = { name: 'others', origins: ['*'], weight: 0.1 };
    const operator = { name: 'operator', origins: ['operator'], scopes: ['ip'], weight: 50 };
    const imported = { name: 'imported', origins: ['import'], weight: 50 };
    await apply('operators-first', [operator, others], []);
    await agree(['throttle', 'block']);
    await apply('imports-first', [imported, others], [exempt]);
    await agree(['block', 'allow']);
    await apply('as-before', (policy as { strategies: readonly object[] }).strategies, []);
  });

  test('the last known decisions stay while the node is away', async () => {
    await aegis('decisions', 'add', '203.0.113.60', '--reason', 'because');
    const gatekeeper = gatekeeperFor();
    const server = await open(APPLICATIONS.Fastify as Application, gatekeeper);
    await gatekeeper.synced;
    expect((await visit(server, '203.0.113.60')).status).toBe(403);
    await node.kill();
    expect((await visit(server, '203.0.113.60')).status).toBe(403);
    expect((await visit(server, '198.51.100.1')).status).toBe(200);
  });
});
