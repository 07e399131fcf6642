import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteLedger } from '@aegis/ledger-sqlite';
import { AegisError, type Decision, ManualClock, silentLogger } from '@aegis/model';
import type { Archive, DecisionEvent, Ledger, Outlet, OutletMessage, Registry } from '@aegis/ports';
import { openSqliteRegistry } from '@aegis/registry-sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { QueuePublisher } from './queue-publisher.ts';

const NOW = Date.UTC(2026, 10, 22);
let folder: string;
let ledger: Ledger;
let registry: Registry;
let told: (OutletMessage & { readonly queue: string })[];
let isAway: boolean;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-queues-'));
  ledger = openSqliteLedger({ path: join(folder, 'ledger.db') });
  registry = openSqliteRegistry({ path: join(folder, 'registry.db'), clock: new ManualClock() });
  told = [];
  isAway = false;
});
afterEach(async () => {
  await ledger.close();
  await registry.close();
  rmSync(folder, { recursive: true });
});

const outlet: Outlet = {
  async publish(queue, messages) {
    for (const message of messages) {
      if (isAway) throw new AegisError('outlet_unavailable', 'away');
      told.push({ queue, ...message });
    }
  },
  close: async () => undefined,
};

/** As after a start: it knows only what was written down. */
function publisher(): QueuePublisher {
  const archive = {
    get: async (id: string) => ({ sess_uuid: id, peer_ip: '192.0.2.1' }),
  } as unknown as Archive;
  const sender = { node: 'node-1', region: 'eu' };
  return new QueuePublisher({ ledger, archive, registry, outlet, sender, logger: silentLogger });
}

function made(id: string, change: Partial<Decision> = {}): DecisionEvent {
  const decision: Decision = {
    id,
    scope: 'ip',
    value: '192.0.2.1',
    action: 'ban',
    reason: 'SQL injection in 3 requests',
    origin: 'aegis',
    source: 'web/sqli',
    weight: 0.9,
    created: NOW,
    expires: NOW + 60_000,
    ...change,
  };
  return { kind: 'made', id: `made-${id}`, at: NOW, by: 'engine', decision };
}

const idsOf = (queue: string): readonly string[] =>
  told.filter((message) => message.queue === queue).map(({ id }) => id);

test('a ban is told to those who block, to those who collect intelligence, and with its attack', async () => {
  await ledger.appendDecisions([made('a', { session: 's-1' })]);
  await publisher().publishNew();
  expect(Object.fromEntries(told.map(({ queue, payload }) => [queue, JSON.parse(payload)]))).toEqual({
    'aegis.defense.actions': {
      ...{ id: 'made-a', timestamp: NOW / 1_000, source_node: 'node-1', source_region: 'eu', event: 'made' },
      ...{ decision: 'a', scope: 'ip', value: '192.0.2.1', action: 'ban', expires: NOW / 1_000 + 60 },
      ...{ reason: 'SQL injection in 3 requests', origin: 'aegis', source: 'web/sqli' },
    },
    'ip-ban-events': expect.objectContaining({ decision: 'a', event: 'made', value: '192.0.2.1' }),
    'aegis.threat_intel.update': {
      ...{ id: 'made-a', timestamp: NOW / 1_000, source_node: 'node-1', source_region: 'eu' },
      ...{ ip: '192.0.2.1', threat_level: 0.9, attack_type: 'web/sqli', action: 'ban' },
    },
    'aegis.logs.attacks': { sess_uuid: 's-1', peer_ip: '192.0.2.1' },
  });
});

test('what lifts or extends a ban follows it; what is of no address is no ban of one', async () => {
  const later = { at: NOW + 1, by: 'alice', decisionId: 'a', reason: 'mistake' };
  await ledger.appendDecisions([
    made('a'),
    made('country', { scope: 'country', value: 'XX' }),
    { kind: 'extended', id: 'e', expires: NOW + 90_000, ...later },
    { kind: 'lifted', id: 'l', ...later },
  ]);
  await publisher().publishNew();
  expect(idsOf('ip-ban-events')).toEqual(['made-a', 'e', 'l']);
  expect(idsOf('aegis.defense.actions')).toEqual(['made-a', 'made-country', 'e', 'l']);
  expect(idsOf('aegis.threat_intel.update')).toEqual(['made-a']);
});

test('after a start it goes on where it was, and tells nothing twice', async () => {
  await ledger.appendDecisions([made('a')]);
  await publisher().publishNew();
  await ledger.appendDecisions([made('b')]);
  await publisher().publishNew();
  await publisher().publishNew();
  expect(idsOf('ip-ban-events')).toEqual(['made-a', 'made-b']);
});

test('while the broker is away nothing is passed over, and all of it comes when it is back', async () => {
  await ledger.appendDecisions(Array.from({ length: 1_200 }, (_, i) => made(`d-${i}`)));
  isAway = true;
  await expect(publisher().publishNew()).rejects.toMatchObject({ code: 'outlet_unavailable' });
  expect(await registry.get('queues/position')).toBeUndefined();
  isAway = false;
  await publisher().publishNew();
  expect(idsOf('ip-ban-events')).toEqual(Array.from({ length: 1_200 }, (_, i) => `made-d-${i}`));
});

test('one that dies between telling and writing down tells again, under the same ids', async () => {
  await ledger.appendDecisions([made('a')]);
  const put = registry.put.bind(registry);
  registry.put = () => Promise.reject(new AegisError('registry_unavailable', 'killed'));
  await expect(publisher().publishNew()).rejects.toMatchObject({ code: 'registry_unavailable' });
  registry.put = put;
  await publisher().publishNew();
  expect(idsOf('ip-ban-events')).toEqual(['made-a', 'made-a']);
});

test('a position that is none is told, and nothing is published', async () => {
  await registry.put('queues/position', 'x');
  await ledger.appendDecisions([made('a')]);
  await expect(publisher().publishNew()).rejects.toMatchObject({ code: 'queues_damaged' });
  expect(told).toEqual([]);
});
