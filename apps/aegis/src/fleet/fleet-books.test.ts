import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, FleetTarget, readHalt, signHalt } from '@aegis/fleet';
import { ManualClock, silentLogger } from '@aegis/model';
import type { Registry, RegistryEntry } from '@aegis/ports';
import { openEtcdRegistry } from '@aegis/registry-etcd';
import { openSqliteRegistry } from '@aegis/registry-sqlite';
import { describeWithReal, type EtcdServer, startEtcd } from '@aegis/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { entryFollower } from '../registry/entry-follower.ts';
import { ConfigBook } from './config-book.ts';
import { HaltBook } from './halt-book.ts';

const { all } = FleetTarget;
const keys = generateKeyPairSync('ed25519');
const clock = new ManualClock();

/** Two servers of a fleet, and the registry that they have in common. */
interface Place {
  readonly registry: Registry;
  readonly other: Registry;
  remove(): Promise<void>;
}

describe('books of a fleet on SQLite', () => {
  books(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aegis-fleet-'));
    const open = (): Registry => openSqliteRegistry({ path: join(folder, 'registry.db'), clock });
    const remove = async (): Promise<void> => rmSync(folder, { recursive: true });
    return { registry: open(), other: open(), remove };
  });
});

describeWithReal('etcd', 'books of a fleet', () => {
  let etcd: EtcdServer;
  let spaces = 0;
  beforeAll(async () => {
    etcd = await startEtcd();
  });
  afterAll(() => etcd.remove());
  const place = async (): Promise<Place> => {
    spaces += 1;
    const open = (): Registry => openEtcdRegistry({ endpoints: [etcd.endpoint], prefix: `fleet-${spaces}/` });
    return { registry: open(), other: open(), remove: async () => {} };
  };
  books(place);

  test('the history of a config outlives the compaction of etcd', async () => {
    const { registry, other } = await place();
    const configs = new ConfigBook({ registry, clock, logger: silentLogger });
    for (const n of [1, 2, 3]) await configs.put({ target: all, body: { n }, reason: `r${n}` }, 'ann');
    await etcd.ask('kv/compaction', { revision: String(await registry.revision()), physical: true });
    const elsewhere = new ConfigBook({ registry: other, clock, logger: silentLogger });
    expect((await elsewhere.history(all)).map(({ body }) => body)).toEqual([{ n: 3 }, { n: 2 }, { n: 1 }]);
    expect(await elsewhere.restore({ target: all, version: 1, reason: 'back' }, 'bob')).toMatchObject({
      ok: true,
      value: { version: 4, body: { n: 1 } },
    });
    await Promise.all([registry.close(), other.close()]);
  });
});

/** What has to hold wherever the registry is. */
function books(open: () => Promise<Place>): void {
  let place: Place;
  let registry: Registry;
  let other: Registry;
  beforeEach(async () => {
    place = await open();
    ({ registry, other } = place);
  });
  afterEach(async () => {
    await Promise.all([registry.close(), other.close()]);
    await place.remove();
  });

  const book = (on: Registry = registry): ConfigBook =>
    new ConfigBook({ registry: on, clock, logger: silentLogger });
  const halts = (on: Registry = registry): HaltBook =>
    new HaltBook({ registry: on, key: keys.privateKey, clock, logger: silentLogger });

  test('versions follow each other, each with the digest of the one before', async () => {
    const configs = book();
    for (const n of [1, 2, 3]) await configs.put({ target: all, body: { n }, reason: `r${n}` }, 'ann');
    const history = await configs.history(all);
    expect(history.map(({ version, body }) => [version, body])).toEqual([
      [3, { n: 3 }],
      [2, { n: 2 }],
      [1, { n: 1 }],
    ]);
    const entries = await registry.list('fleet/config/all/');
    expect(history.map(({ parent }) => parent)).toEqual([
      digestOf(entries[1]?.value ?? ''),
      digestOf(entries[0]?.value ?? ''),
      '',
    ]);
  });

  test('of two servers that write at once one is told that it was late, and nothing is lost', async () => {
    const [one, two] = [book(registry), book(other)];
    const wishes = Array.from({ length: 20 }, (_, n) => ({ target: all, body: { n }, reason: 'r', base: 0 }));
    const done = await Promise.all(wishes.map((wish, n) => (n % 2 === 0 ? one : two).put(wish, `a${n}`)));
    expect(done.filter(({ ok }) => ok)).toHaveLength(1);
    expect(done.flatMap((each) => (each.ok ? [] : each.error.kind))).toEqual(Array(19).fill('conflict'));
    expect(await one.history(all)).toHaveLength(1);
  });

  test('what is held in memory reaches down to the first version for all', async () => {
    const configs = book();
    for (const share of [100, 100, 10, 20])
      await configs.put({ target: all, body: { share }, share, reason: 'r' }, 'ann');
    expect(configs.versionsOf(all).map(({ version }) => version)).toEqual([4, 3, 2]);
  });

  test('a version of long ago is restored as a new one; one that never was is refused', async () => {
    const configs = book();
    await configs.put({ target: all, body: { n: 1 }, reason: 'r' }, 'ann');
    await configs.put({ target: all, body: { n: 2 }, reason: 'r' }, 'ann');
    const restored = await configs.restore({ target: all, version: 1, reason: 'back' }, 'bob');
    expect(restored).toMatchObject({ ok: true, value: { version: 3, body: { n: 1 }, author: 'bob' } });
    expect(await configs.restore({ target: all, version: 9, reason: 'r' }, 'bob')).toMatchObject({
      ok: false,
      error: { kind: 'no_version', message: 'all has no version 9' },
    });
    expect(await configs.put({ target: all, body: [], reason: 'r' }, 'bob')).toMatchObject({
      error: { kind: 'bad_config' },
    });
  });

  test('what somebody else left in the registry stops nothing: it is passed over', async () => {
    const configs = book();
    await configs.put({ target: all, body: { n: 1 }, reason: 'r' }, 'ann');
    const good = JSON.stringify((await configs.history(all))[0]);
    await registry.put('fleet/config/all/0000000002', 'no JSON');
    await registry.put('fleet/config/all/0000000003', good);
    await registry.put('fleet/config/everyone/0000000001', good.replace('"all"', '"everyone"'));
    await registry.put('fleet/config/all/notes', good);
    const fresh = book();
    const follower = entryFollower({
      ...{ name: 'fleet', registry, prefix: ConfigBook.prefix, clock, logger: silentLogger, retryMs: 10 },
      learn: (entry) => fresh.learn(entry),
    });
    await follower.start();
    expect(fresh.versionsOf(all).map(({ version }) => version)).toEqual([1]);
    expect(fresh.targets()).toEqual(['all']);
    expect(await fresh.put({ target: all, body: { n: 4 }, reason: 'r' }, 'ann')).toMatchObject({
      ok: true,
      value: { version: 4 },
    });
    await follower.stop();
  });

  test('servers that give orders at once give them one after the other', async () => {
    const [one, two] = [halts(registry), halts(other)];
    const orders = await Promise.all(
      [0, 1, 2, 3, 4, 5].map((n) =>
        (n % 2 === 0 ? one : two).order(n % 2 === 0 ? 'halted' : 'running', 'ann', 'r'),
      ),
    );
    expect(orders.map(({ order }) => order.epoch).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('whoever can write the registry and holds no key halts nothing', async () => {
    const mine = halts();
    await mine.order('running', 'ann', 'r');
    const forged = signHalt(
      { epoch: 99, state: 'halted', at: 0, by: 'mallory', reason: 'r' },
      generateKeyPairSync('ed25519').privateKey,
    );
    const entry = await registry.put(HaltBook.key, JSON.stringify(forged));
    expect(mine.learn(entry)).toBe(false);
    expect(mine.standing?.order).toMatchObject({ epoch: 1, state: 'running' });
    const next = await mine.order('halted', 'ann', 'r');
    expect(next.order.epoch).toBe(2);
    expect(readHalt(next.signed, keys.publicKey)).toMatchObject({ ok: true });
  });

  test('another server hears of what is written here', async () => {
    const heard: RegistryEntry[] = [];
    const follower = entryFollower({
      ...{ name: 'fleet', registry: other, prefix: 'fleet/', clock, logger: silentLogger, retryMs: 10 },
      learn: (entry) => void heard.push(entry),
    });
    await book().put({ target: all, body: { n: 1 }, reason: 'r' }, 'ann');
    await follower.start();
    await book().put({ target: all, body: { n: 2 }, reason: 'r' }, 'ann');
    await halts().order('halted', 'ann', 'r');
    await vi.waitFor(() => {
      expect(new Set(heard.map(({ key }) => key))).toEqual(
        new Set(['fleet/config/all/0000000001', 'fleet/config/all/0000000002', 'fleet/halt']),
      );
    }, 30_000);
    await follower.stop();
  });
}
