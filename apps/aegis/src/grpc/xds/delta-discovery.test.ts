import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startNodeIn, testConfig } from '../../node/node-fixture.ts';
import type { StartedNode } from '../../node/start-node.ts';
import { type GrpcTestClient, grpcClient, type Message } from '../testing/grpc-client.ts';
import { EXTENSION_CONFIG } from './delta-discovery.ts';

const ADS = 'envoy.service.discovery.v3.AggregatedDiscoveryService';
const NAMES = ['aegis-bans-0', 'aegis-bans-1', 'aegis-bans-2', 'aegis-bans-3'];
const actor = { name: 'test', from: 'local' };
const ban = { scope: 'ip', action: 'ban', durationMs: 3_600_000, reason: 'because' } as const;

const folder = mkdtempSync(join(tmpdir(), 'aegis-xds-'));
let node: StartedNode;
let client: GrpcTestClient;

beforeAll(async () => {
  const config = testConfig(folder);
  node = await startNodeIn(folder, {
    config: { grpc: { ...config.grpc, enabled: true, port: 0 }, decoy: { ...config.decoy, enabled: false } },
  });
  const created = await node.services.keys.create({ name: 'envoy', role: 'enforcer' });
  client = grpcClient(node.grpc as string, created.ok ? created.value.key : '');
});

afterAll(async () => {
  client.close();
  await node.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Response {
  readonly nonce: string;
  readonly type_url: string;
  readonly resources?: readonly { readonly name: string; readonly version: string }[];
  readonly removed_resources?: readonly string[];
}

/** One stream as an Envoy would hold it. */
function openStream(): {
  readonly say: (request: Message) => void;
  readonly next: () => Promise<Response>;
  readonly end: () => void;
} {
  const stream = client.stream(ADS, 'DeltaAggregatedResources');
  const responses = stream[Symbol.asyncIterator]();
  return {
    say: (request) => void stream.write({ type_url: EXTENSION_CONFIG, ...request }),
    async next() {
      const { value } = await responses.next();
      return value as Response;
    },
    end: () => stream.end(),
  };
}

test('a ban is pushed to who follows, and taken back, without a resource ever being removed', async () => {
  const { say, next, end } = openStream();
  say({ node: { id: 'envoy-1' }, resource_names_subscribe: NAMES });
  const first = await next();
  expect(first.type_url).toBe(EXTENSION_CONFIG);
  expect(first.resources?.map(({ name }) => name)).toEqual(NAMES);
  expect(first.removed_resources).toBeUndefined();
  say({ response_nonce: first.nonce });

  await node.services.decisions.add([{ ...ban, value: '203.0.113.1' }], actor);
  const pushed = await next();
  expect(pushed.resources).toHaveLength(1);
  say({ response_nonce: pushed.nonce });
  await node.services.decisions.liftMatching({ scope: 'ip', value: '203.0.113.1' }, 'over', actor);
  const taken = await next();
  expect(taken.removed_resources).toBeUndefined();
  expect(taken.resources).toEqual(first.resources?.filter(({ name }) => name === taken.resources?.[0]?.name));
  end();
});

test('bans that come together go out together', async () => {
  const { say, next, end } = openStream();
  say({ resource_names_subscribe: NAMES });
  say({ response_nonce: (await next()).nonce });
  const values = Array.from({ length: 400 }, (_, index) => `198.51.${100 + (index >> 8)}.${index & 255}`);
  await node.services.decisions.add(
    values.map((value) => ({ ...ban, value })),
    actor,
  );
  const pushed = await next();
  expect(pushed.resources).toHaveLength(4);
  end();
});

test('an Envoy that comes back is told nothing that it has, and one that refuses is told nothing again', async () => {
  const before = openStream();
  before.say({ resource_names_subscribe: NAMES });
  const { resources = [] } = await before.next();
  before.end();

  const { say, next, end } = openStream();
  const initial_resource_versions = Object.fromEntries(resources.map(({ name, version }) => [name, version]));
  say({ resource_names_subscribe: NAMES, initial_resource_versions });
  const back = await next();
  expect(back.resources ?? []).toEqual([]);
  say({ response_nonce: back.nonce });
  await node.services.decisions.add([{ ...ban, value: '203.0.113.2' }], actor);
  const refused = await next();
  say({ response_nonce: refused.nonce, error_detail: { code: 3, message: 'I do not like it' } });
  // The answer to the next question is the next thing heard: nothing was sent again in between.
  say({ resource_names_subscribe: ['unknown'] });
  expect(await next()).toMatchObject({ removed_resources: ['unknown'] });
  end();
});

test('a type that there is nothing of is answered', async () => {
  const { say, next, end } = openStream();
  say({ type_url: 'type.googleapis.com/envoy.config.listener.v3.Listener' });
  expect(await next()).toMatchObject({ type_url: 'type.googleapis.com/envoy.config.listener.v3.Listener' });
  say({ resource_names_subscribe: ['aegis-bans-0'] });
  expect(await next()).toMatchObject({ type_url: EXTENSION_CONFIG, nonce: '2' });
  end();
});
