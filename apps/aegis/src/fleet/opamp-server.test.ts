import { createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  AGENT_CAPABILITIES,
  type AgentId,
  DECISIONS_CAPABILITY,
  FINDINGS_CAPABILITY,
  FleetTarget,
  HALT_CAPABILITY,
  readHalt,
} from '@aegis/fleet';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { createOpAMPClient, RemoteConfigStatuses } from '@elastic/opamp-client-node';
import {
  AgentToServerSchema,
  type ServerToAgent,
  ServerToAgentSchema,
} from '@elastic/opamp-client-node/lib/generated/opamp_pb.js';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { startNodeIn, testConfig } from '../node/node-fixture.ts';
import type { StartedNode } from '../node/start-node.ts';

const PATIENCE = { timeout: 30_000, interval: 20 };
vi.setConfig({ testTimeout: 60_000 });

let dataDir: string;
let node: StartedNode;
let url: string;
let key: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'aegis-fleet-'));
  const { fleet } = testConfig(dataDir);
  node = await startNodeIn(dataDir, { config: { fleet: { ...fleet, enabled: true, port: 0 } } });
  url = node.fleet ?? '';
  const created = await node.services.keys.create({ name: 'host-1', role: 'agent' });
  key = created.ok ? created.value.key : '';
});
afterAll(async () => {
  await node.stop();
  rmSync(dataDir, { recursive: true });
});

/** An agent of another make's messages over a WebSocket, for what the client of Elastic does not do. */
class SocketAgent {
  readonly heard: ServerToAgent[] = [];
  readonly #socket: WebSocket;
  readonly #uid: Uint8Array;
  #sequence = 0n;

  constructor(number: number, at: string = url, bearer: string = key) {
    this.#uid = new Uint8Array(16).fill(number);
    this.#socket = new WebSocket(at.replace('http', 'ws'), {
      headers: { authorization: `Bearer ${bearer}` },
    });
    this.#socket.on('message', (data: Buffer) =>
      this.heard.push(fromBinary(ServerToAgentSchema, data.subarray(1))),
    );
  }

  get id(): AgentId {
    const hex = Buffer.from(this.#uid).toString('hex');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') as AgentId;
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once('open', () => resolve());
      this.#socket.once('error', reject);
    });
  }

  closed(): Promise<void> {
    return new Promise((resolve) => this.#socket.once('close', () => resolve()));
  }

  send(more: MessageInitShape<typeof AgentToServerSchema> = {}): void {
    const message = create(AgentToServerSchema, {
      instanceUid: this.#uid,
      sequenceNum: this.#sequence++,
      capabilities: 0x3803n,
      ...more,
    });
    this.#socket.send(Buffer.concat([Buffer.of(0), toBinary(AgentToServerSchema, message)]));
  }

  /** Everything about it, as a first message says it. */
  describe(group: string): void {
    const attribute = (name: string, value: string) => ({
      key: name,
      value: { value: { case: 'stringValue' as const, value } },
    });
    this.send({
      agentDescription: {
        identifyingAttributes: [attribute('service.name', 'test-agent')],
        nonIdentifyingAttributes: [attribute('aegis.group', group), attribute('host.name', `host-${group}`)],
      },
      health: { healthy: true, componentHealthMap: { auth: { healthy: false, lastError: 'no such log' } } },
      customCapabilities: { capabilities: [HALT_CAPABILITY] },
    });
  }

  /** Says that it has the config that it heard last. */
  apply(): void {
    const hash = this.heard.findLast(({ remoteConfig }) => remoteConfig !== undefined)?.remoteConfig
      ?.configHash;
    this.send({ remoteConfigStatus: { lastRemoteConfigHash: hash ?? new Uint8Array(), status: 1 } });
  }

  /** The config that was offered last. */
  offered(): unknown {
    const last = this.heard.findLast(({ remoteConfig }) => remoteConfig !== undefined);
    const body = last?.remoteConfig?.config?.configMap['aegis.json']?.body;
    return body === undefined ? undefined : JSON.parse(Buffer.from(body).toString());
  }

  /** Texts of the orders that were heard. */
  orders(): readonly string[] {
    return this.heard.flatMap(({ customMessage }) =>
      customMessage?.capability === HALT_CAPABILITY ? [Buffer.from(customMessage.data).toString()] : [],
    );
  }

  end(): void {
    this.#socket.close();
  }
}

async function configure(target: string, body: unknown, share: number = 100): Promise<void> {
  const parsed = FleetTarget.parse(target);
  if (!parsed.ok) throw new Error(parsed.error);
  const put = await node.services.fleet.configure(
    { target: parsed.value, body, share, reason: 'test' },
    'ann',
  );
  expect(put.ok).toBe(true);
}

test("Elastic's client, unmodified: connects, reports, gets its config, and is not offered it again", async () => {
  await configure('group:elastic', { log_level: 'debug' });
  const offers: unknown[] = [];
  const client = createOpAMPClient({
    endpoint: url,
    headers: { authorization: `Bearer ${key}` },
    heartbeatIntervalSeconds: 0.1,
    capabilities: BigInt(AGENT_CAPABILITIES.acceptsRemoteConfig | AGENT_CAPABILITIES.reportsRemoteConfig),
    onMessage({ remoteConfig }) {
      if (remoteConfig === undefined) return;
      const body = remoteConfig.config?.configMap['aegis.json']?.body ?? new Uint8Array();
      offers.push(JSON.parse(Buffer.from(body).toString()));
      client.setRemoteConfigStatus({
        status: RemoteConfigStatuses.RemoteConfigStatuses_APPLIED,
        lastRemoteConfigHash: remoteConfig.configHash,
      } as never);
    },
  });
  client.setAgentDescription({
    identifyingAttributes: { 'service.name': 'elastic' },
    nonIdentifyingAttributes: { 'aegis.group': 'elastic' },
  });
  client.start();
  await vi.waitFor(() => {
    const [agent] = node.services.fleet.agents({ limit: 10, text: 'elastic' });
    expect(agent).toMatchObject({ online: true, connected: false, hasWanted: true, groups: ['elastic'] });
  }, PATIENCE);
  const [agent] = node.services.fleet.agents({ limit: 10, text: 'elastic' });
  const sequence = agent?.state.sequence ?? 0;
  await vi.waitFor(() => {
    const [now] = node.services.fleet.agents({ limit: 10, text: 'elastic' });
    expect(now?.state.sequence).toBeGreaterThan(sequence + 2);
  }, PATIENCE);
  expect(offers).toEqual([{ log_level: 'debug' }]);
  await configure('group:elastic', { log_level: 'warn' });
  await vi.waitFor(() => expect(offers).toEqual([{ log_level: 'debug' }, { log_level: 'warn' }]), PATIENCE);
  await client.shutdown();
});

test('a connected agent is offered a change at once, and its health is known', async () => {
  const agent = new SocketAgent(1);
  await agent.open();
  agent.describe('web');
  await vi.waitFor(() => expect(agent.heard).toHaveLength(1), PATIENCE);
  expect(agent.heard[0]).toMatchObject({
    capabilities: 7n,
    customCapabilities: { capabilities: [HALT_CAPABILITY, FINDINGS_CAPABILITY, DECISIONS_CAPABILITY] },
  });
  await configure('group:web', { plugins: { fim: { enabled: true } } });
  await vi.waitFor(() => expect(agent.offered()).toEqual({ plugins: { fim: { enabled: true } } }), PATIENCE);
  expect(node.services.fleet.agent(agent.id)).toMatchObject({ connected: true, hasWanted: false });
  agent.apply();
  await vi.waitFor(() => expect(node.services.fleet.agent(agent.id)?.hasWanted).toBe(true), PATIENCE);
  expect(node.services.fleet.agent(agent.id)?.state.health).toMatchObject({
    healthy: true,
    components: { auth: { healthy: false, lastError: 'no such log' } },
  });
  agent.end();
  await vi.waitFor(() => expect(node.services.fleet.agent(agent.id)?.connected).toBe(false), PATIENCE);
});

test('an agent that was missed is asked for everything', async () => {
  const agent = new SocketAgent(2);
  await agent.open();
  agent.send();
  await vi.waitFor(() => expect(agent.heard[0]?.flags).toBe(1n), PATIENCE);
  agent.describe('web');
  await vi.waitFor(() => expect(agent.heard[1]?.flags).toBe(0n), PATIENCE);
  agent.end();
});

describe('the halt', () => {
  test('reaches connected agents at once, those that come later with the first answer, until they obey', async () => {
    const publicKey = createPublicKey(readFileSync(join(dataDir, 'fleet.pub')));
    const here = new SocketAgent(3);
    await here.open();
    here.describe('web');
    await vi.waitFor(() => expect(here.heard).toHaveLength(1), PATIENCE);
    const order = await node.services.fleet.order('halted', 'ann', 'a plugin eats memory');
    await vi.waitFor(() => expect(here.orders()).toHaveLength(1), PATIENCE);
    expect(readHalt(here.orders()[0] ?? '', publicKey)).toEqual({ ok: true, value: order });

    const later = new SocketAgent(4);
    await later.open();
    later.describe('db');
    await vi.waitFor(() => expect(later.orders()).toEqual(here.orders()), PATIENCE);
    later.send();
    await vi.waitFor(() => expect(later.orders()).toHaveLength(2), PATIENCE);
    const never = Buffer.from(JSON.stringify({ epoch: order.epoch + 7 }));
    later.send({ customMessage: { capability: HALT_CAPABILITY, type: 'ack', data: never } });
    await vi.waitFor(() => expect(later.orders()).toHaveLength(3), PATIENCE);
    expect(node.services.fleet.status()).toMatchObject({ halted: 0 });
    const ack = Buffer.from(JSON.stringify({ epoch: order.epoch }));
    later.send({ customMessage: { capability: HALT_CAPABILITY, type: 'ack', data: ack } });
    later.send();
    await vi.waitFor(() => expect(later.heard).toHaveLength(5), PATIENCE);
    expect(later.orders()).toHaveLength(3);
    expect(node.services.fleet.status()).toMatchObject({ halted: 1, order: { state: 'halted' } });

    const fetched = await fetch(url.replace('/v1/opamp', '/v1/fleet/order'), {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(readHalt(await fetched.text(), publicKey)).toEqual({ ok: true, value: order });

    const resumed = await node.services.fleet.order('running', 'ann', 'it is mended');
    expect(resumed.epoch).toBe(order.epoch + 1);
    await vi.waitFor(() => expect(later.orders()).toHaveLength(4), PATIENCE);
    here.end();
    later.end();
  });
});

describe('strangers', () => {
  test.each([
    ['no key', {}, 401],
    ['a wrong key', { authorization: `Bearer aegis_0123456789abcdef_${'0'.repeat(64)}` }, 401],
  ])('%s over HTTP', async (_, headers, status) => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf', ...headers },
      body: new Uint8Array(),
    });
    expect(answer.status).toBe(status);
  });

  test('a wrong key over a WebSocket is refused before it is opened', async () => {
    await expect(new SocketAgent(9, url, 'nonsense').open()).rejects.toThrow(/401/);
  });

  test('a key of another role is', async () => {
    const created = await node.services.keys.create({ name: 'sensor-1', role: 'sensor' });
    const sensor = created.ok ? created.value.key : '';
    await expect(new SocketAgent(9, url, sensor).open()).rejects.toThrow(/403/);
  });

  async function post(body: Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-protobuf', ...headers },
      body: body as Uint8Array<ArrayBuffer>,
    });
  }

  test('what is no message is refused, and the others go on', async () => {
    expect((await post(Buffer.from('roses are red'))).status).toBe(400);
    expect((await post(Buffer.alloc(2_000_000))).status).toBe(413);
    const bomb = gzipSync(Buffer.alloc(100_000_000));
    expect((await post(bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
    expect((await post(Buffer.from('x'), { 'content-type': 'text/plain' })).status).toBe(415);
    const short = toBinary(
      AgentToServerSchema,
      create(AgentToServerSchema, { instanceUid: Buffer.from('short') }),
    );
    const answer = fromBinary(ServerToAgentSchema, new Uint8Array(await (await post(short)).arrayBuffer()));
    expect(answer.errorResponse).toMatchObject({ type: 1, errorMessage: 'instance_uid: expected 16 bytes' });
  });

  test('a second connection under the same id takes the place of the first', async () => {
    const first = new SocketAgent(5);
    await first.open();
    first.describe('web');
    await vi.waitFor(() => expect(first.heard).toHaveLength(1), PATIENCE);
    const closed = first.closed();
    const second = new SocketAgent(5);
    await second.open();
    second.describe('web');
    await closed;
    await vi.waitFor(() => expect(second.heard).toHaveLength(1), PATIENCE);
    expect(node.services.fleet.agent(second.id)?.connected).toBe(true);
    second.end();
  });
});

test('configs and orders outlive a restart', async () => {
  const order = node.services.fleet.status().order;
  const history = await node.services.fleet.history('group:elastic' as FleetTarget);
  await node.stop();
  const { fleet } = testConfig(dataDir);
  node = await startNodeIn(dataDir, { config: { fleet: { ...fleet, enabled: true, port: 0 } } });
  url = node.fleet ?? '';
  expect(node.services.fleet.status().order).toEqual(order);
  expect(await node.services.fleet.history('group:elastic' as FleetTarget)).toEqual(history);
  expect(history.map(({ version }) => version)).toEqual([2, 1]);
  const agent = new SocketAgent(6);
  await agent.open();
  agent.describe('elastic');
  await vi.waitFor(() => expect(agent.offered()).toEqual({ log_level: 'warn' }), PATIENCE);
  agent.end();
});
