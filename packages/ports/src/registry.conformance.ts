import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  REGISTRY_KEY_LIMIT,
  REGISTRY_VALUE_LIMIT,
  type Registry,
  type RegistryChange,
  type RegistryEntry,
  type WatchOptions,
} from './registry.ts';

export interface RegistryFixture {
  /** A registry on a fresh, empty store. */
  open(): Promise<Registry>;
  /** The store of the last `open` again, as another process would see it. */
  reopen(): Promise<Registry>;
  /** Lets this much lease time pass: moves the clock, or really waits. */
  advance(ms: number): Promise<void>;
  /** Makes the store forget all changes but the newest few. */
  compact(registry: Registry): Promise<void>;
  /** Removes what `open` made, after the registries were closed. */
  cleanup(): Promise<void>;
}

/** Long enough for any store to say what it has to say. */
const PATIENCE_MS = 10_000;
/** Whole seconds, and not fewer than two: etcd grants no shorter lease. */
const TTL_MS = 2_000;

/** Every promise of the {@link Registry} port, for any adapter. */
export function registryConformance(name: string, fixture: RegistryFixture): void {
  describe(`Registry conformance: ${name}`, () => {
    let registry: Registry;
    let abort: AbortController;
    const opened: Registry[] = [];
    const reopen = async (): Promise<Registry> => {
      const other = await fixture.reopen();
      opened.push(other);
      return other;
    };
    beforeEach(async () => {
      abort = new AbortController();
      registry = await fixture.open();
      opened.push(registry);
    });
    afterEach(async () => {
      abort.abort();
      for (const each of opened.splice(0)) await each.close();
      await fixture.cleanup();
    });

    /** Follows a prefix in the background; `seen` grows, `ended` settles as the watch does. */
    const follow = (
      from: Registry,
      prefix: string,
      options: Partial<WatchOptions> = {},
    ): { readonly seen: RegistryChange[]; readonly ended: Promise<unknown> } => {
      const seen: RegistryChange[] = [];
      const run = async (): Promise<void> => {
        for await (const change of from.watch(prefix, { signal: abort.signal, ...options }))
          seen.push(change);
      };
      return { seen, ended: run().catch((error: unknown) => error) };
    };
    const eventually = (assertion: () => void | Promise<void>): Promise<void> =>
      vi.waitFor(assertion, { timeout: PATIENCE_MS, interval: 10 });
    const put = (entry: RegistryEntry): RegistryChange => ({ kind: 'put', entry });

    describe('keys', () => {
      test('nothing is there at first', async () => {
        expect(await registry.get('a')).toBeUndefined();
        expect(await registry.list('')).toEqual([]);
        expect(await registry.delete('a')).toBe(false);
      });

      test('put, get, put again, delete, put anew: versions count per key, revisions over all', async () => {
        const first = await registry.put('a', 'one');
        expect(first).toEqual({ key: 'a', value: 'one', version: 1, revision: first.revision });
        const other = await registry.put('b', 'x');
        const second = await registry.put('a', 'two');
        expect(second).toEqual({ key: 'a', value: 'two', version: 2, revision: second.revision });
        expect(first.revision).toBeLessThan(other.revision);
        expect(other.revision).toBeLessThan(second.revision);
        expect(await registry.get('a')).toEqual(second);
        expect(await registry.revision()).toBe(second.revision);
        expect(await registry.delete('a')).toBe(true);
        expect(await registry.get('a')).toBeUndefined();
        expect(await registry.delete('a')).toBe(false);
        const anew = await registry.put('a', 'three');
        expect(anew.version).toBe(1);
        expect(anew.revision).toBeGreaterThan(second.revision + 1);
      });

      test('another process sees it, and a change there is seen here', async () => {
        const entry = await registry.put('a', 'one');
        const other = await reopen();
        expect(await other.get('a')).toEqual(entry);
        expect(await other.revision()).toBe(entry.revision);
        const changed = await other.put('a', 'two');
        expect(await registry.get('a')).toEqual(changed);
      });

      test('any text is a value; the empty one is not absence', async () => {
        const values = ['', '\u0000', 'żółw 🐢', "'; DROP TABLE entry; --", '{"a":[1]}'];
        for (const value of values) {
          await registry.put('a', value);
          expect((await registry.get('a'))?.value).toBe(value);
        }
      });

      test('list gives a prefix in key order and nothing beside it', async () => {
        const keys = ['p/b', 'p/a', 'p/a/1', 'p', 'p0', 'q/a', 'p/', 'p/é', 'P/a', 'p%', 'p_a', '__proto__'];
        for (const key of keys) await registry.put(key, key);
        const listed = async (prefix: string): Promise<readonly string[]> =>
          (await registry.list(prefix)).map(({ key }) => key);
        expect(await listed('p/')).toEqual(['p/', 'p/a', 'p/a/1', 'p/b', 'p/é']);
        expect(await listed('p%')).toEqual(['p%']);
        expect(await listed('p_')).toEqual(['p_a']);
        expect(await listed('__')).toEqual(['__proto__']);
        expect(await listed('z')).toEqual([]);
        expect(await listed('')).toEqual([...keys].sort());
      });

      test('keys and values up to their limit are taken, beyond it refused with registry_too_large', async () => {
        const key = 'k'.repeat(REGISTRY_KEY_LIMIT);
        const value = 'é'.repeat(REGISTRY_VALUE_LIMIT / 2);
        await registry.put(key, value);
        expect((await registry.get(key))?.value).toBe(value);
        const before = await registry.revision();
        const refusals = [
          registry.put(`${key}k`, ''),
          registry.put('', ''),
          registry.put('a', `${value}v`),
          registry.compareAndSet(`${key}k`, 0, ''),
          registry.compareAndSet('a', 0, `${value}v`),
        ];
        for (const result of await Promise.allSettled(refusals))
          expect(result).toMatchObject({ status: 'rejected', reason: { code: 'registry_too_large' } });
        expect(await registry.revision()).toBe(before);
      });
    });

    describe('compareAndSet', () => {
      test('writes where the version is the one named, and nowhere else', async () => {
        const made = await registry.compareAndSet('a', 0, 'one');
        expect(made).toMatchObject({ key: 'a', value: 'one', version: 1 });
        expect(await registry.compareAndSet('a', 0, 'x')).toBeUndefined();
        expect(await registry.compareAndSet('a', 2, 'x')).toBeUndefined();
        expect(await registry.compareAndSet('b', 1, 'x')).toBeUndefined();
        expect(await registry.get('a')).toEqual(made);
        expect(await registry.get('b')).toBeUndefined();
        expect(await registry.revision()).toBe(made?.revision);
        expect(await registry.compareAndSet('a', 1, 'two')).toMatchObject({ value: 'two', version: 2 });
        await registry.delete('a');
        expect(await registry.compareAndSet('a', 2, 'x')).toBeUndefined();
        expect(await registry.compareAndSet('a', 0, 'three')).toMatchObject({ version: 1 });
      });

      test('of two processes that race one wins, each time', async () => {
        const other = await reopen();
        for (let version = 0; version < 20; version++) {
          const [here, there] = await Promise.all([
            registry.compareAndSet('leader', version, 'here'),
            other.compareAndSet('leader', version, 'there'),
          ]);
          expect([here, there].filter((entry) => entry !== undefined)).toHaveLength(1);
          expect(await registry.get('leader')).toEqual(here ?? there);
        }
      });

      test('a counter that many raise loses nothing', async () => {
        const all = [registry, await reopen(), await reopen()];
        const raise = async (from: Registry): Promise<void> => {
          for (;;) {
            const entry = await from.get('counter');
            const next = String(Number(entry?.value ?? 0) + 1);
            if (await from.compareAndSet('counter', entry?.version ?? 0, next)) return;
          }
        };
        await Promise.all(Array.from({ length: 30 }, (_, i) => raise(all[i % 3] as Registry)));
        expect(await registry.get('counter')).toMatchObject({ value: '30', version: 30 });
      });
    });

    describe('watch', () => {
      test('delivers every later change of its prefix, in order, from either process, until aborted', async () => {
        const other = await reopen();
        await registry.put('p/old', '');
        const after = await registry.revision();
        const here = follow(registry, 'p/', { after });
        const there = follow(other, 'p/', { after });
        const expected: RegistryChange[] = [];
        for (let i = 0; i < 20; i++) {
          const writer = i % 2 === 0 ? registry : other;
          expected.push(put(await writer.put(`p/${i % 3}`, `${i}`)));
          await writer.put('q/other', `${i}`);
        }
        await registry.delete('p/1');
        await registry.delete('p/absent');
        expected.push({ kind: 'delete', key: 'p/1', revision: await registry.revision() });
        await eventually(() => expect(here.seen).toEqual(expected));
        await eventually(() => expect(there.seen).toEqual(expected));
        abort.abort();
        expect(await here.ended).toBeUndefined();
        expect(await there.ended).toBeUndefined();
        await registry.put('p/late', '');
        expect(here.seen).toEqual(expected);
      });

      test('from a revision: what lies between comes first, however much', async () => {
        const entries: RegistryEntry[] = [];
        for (let i = 0; i < 80; i++) entries.push(await registry.put(`p/${i}`, `${i}`));
        const { seen } = follow(registry, 'p/', { after: entries[9]?.revision as number });
        await eventually(() => expect(seen).toHaveLength(70));
        entries.push(await registry.put('p/new', ''));
        await eventually(() => expect(seen).toEqual(entries.slice(10).map(put)));
        const all = follow(await reopen(), '', { after: (entries[0]?.revision as number) - 1 });
        await eventually(() => expect(all.seen).toEqual(entries.map(put)));
      });

      test('without a revision: changes from now on, none from before', async () => {
        await registry.put('p/old', '');
        const { seen } = follow(registry, 'p/');
        let count = 0;
        await eventually(async () => {
          await registry.put('p/new', `${count++}`);
          expect(seen.length).toBeGreaterThan(2);
        });
        expect(seen.filter((change) => change.kind === 'put' && change.entry.key === 'p/old')).toEqual([]);
        const versions = seen.map((change) => (change.kind === 'put' ? change.entry.version : 0));
        expect(versions).toEqual(versions.map((_, i) => (versions[0] as number) + i));
      });

      test('a watcher that is slow loses nothing', async () => {
        const after = await registry.revision();
        const changes = registry.watch('p/', { signal: abort.signal, after })[Symbol.asyncIterator]();
        const entries: RegistryEntry[] = [await registry.put('p/0', '')];
        expect(await changes.next()).toEqual({ done: false, value: put(entries[0] as RegistryEntry) });
        for (let i = 1; i < 20; i++) entries.push(await registry.put(`p/${i}`, ''));
        for (const entry of entries.slice(1))
          expect(await changes.next()).toEqual({ done: false, value: put(entry) });
        abort.abort();
        expect((await changes.next()).done).toBe(true);
      });

      test('from a revision whose successors are gone: compacted', async () => {
        const { revision } = await registry.put('p/a', '');
        await registry.put('p/a', 'gone');
        await fixture.compact(registry);
        const { ended, seen } = follow(registry, 'p/', { after: revision });
        expect(await ended).toMatchObject({ code: 'compacted' });
        expect(seen).toEqual([]);
        const elsewhere = follow(await reopen(), 'p/', { after: revision });
        expect(await elsewhere.ended).toMatchObject({ code: 'compacted' });
      });

      test('after compacted one lists, and watches on from the newest revision', async () => {
        const entry = await registry.put('p/a', '');
        await fixture.compact(registry);
        const after = await registry.revision();
        expect(await registry.list('p/')).toEqual([entry]);
        const { seen } = follow(registry, 'p/', { after });
        const next = await registry.put('p/a', 'next');
        await eventually(() => expect(seen).toEqual([put(next)]));
      });

      test('one that is aborted before it begins delivers nothing, and so does one that is left', async () => {
        const after = await registry.revision();
        await registry.put('p/a', '');
        const gone = AbortSignal.abort();
        expect(await follow(registry, 'p/', { after, signal: gone }).ended).toBeUndefined();
        for await (const change of registry.watch('p/', { after, signal: abort.signal })) {
          expect(change.kind).toBe('put');
          break;
        }
        await registry.put('p/b', '');
        expect(await registry.list('p/')).toHaveLength(2);
      });

      test('ends when the registry is closed', async () => {
        const other = await reopen();
        const { ended, seen } = follow(other, 'p/', { after: await registry.revision() });
        await registry.put('p/a', '');
        await eventually(() => expect(seen).toHaveLength(1));
        await other.close();
        expect(await ended).toBeUndefined();
      });
    });

    describe('leases', () => {
      test('keys of a lease live as long as it is kept alive, then go, and watchers see them deleted', async () => {
        const lease = await registry.grantLease(TTL_MS);
        const other = await reopen();
        await registry.put('stays', '');
        const entry = await registry.put('node/a', '', { lease: lease.id });
        await other.put('node/b', '', { lease: lease.id });
        const { seen } = follow(other, 'node/', { after: entry.revision - 1 });
        for (let i = 0; i < 3; i++) {
          await fixture.advance(TTL_MS * 0.6);
          expect(await lease.keepAlive()).toBe(true);
        }
        expect(await other.list('node/')).toHaveLength(2);
        await fixture.advance(TTL_MS * 2);
        await eventually(() => expect(seen).toHaveLength(4));
        expect(seen.slice(0, 2).map(({ kind }) => kind)).toEqual(['put', 'put']);
        const deletes = seen.slice(2).map((change) => (change.kind === 'delete' ? change.key : change.kind));
        expect(deletes.sort()).toEqual(['node/a', 'node/b']);
        expect(await registry.list('')).toMatchObject([{ key: 'stays' }]);
        expect(await registry.compareAndSet('node/a', 0, 'free again')).toMatchObject({ version: 1 });
      });

      test('one that has ended cannot be kept alive nor used', async () => {
        const lease = await registry.grantLease(TTL_MS);
        await registry.put('a', '', { lease: lease.id });
        await fixture.advance(TTL_MS * 2);
        await eventually(async () => expect(await registry.get('a')).toBeUndefined());
        expect(await lease.keepAlive()).toBe(false);
        const gone = { code: 'lease_gone' };
        await expect(registry.put('b', '', { lease: lease.id })).rejects.toMatchObject(gone);
        await expect(registry.compareAndSet('b', 0, '', { lease: lease.id })).rejects.toMatchObject(gone);
        expect(await registry.get('b')).toBeUndefined();
      });

      test('a lease nobody granted is gone', async () => {
        await expect(registry.put('a', '', { lease: '7587848' })).rejects.toMatchObject({
          code: 'lease_gone',
        });
        await expect(registry.put('a', '', { lease: 'nonsense' })).rejects.toMatchObject({
          code: 'lease_gone',
        });
        expect(await registry.get('a')).toBeUndefined();
      });

      test('revoke ends it at once', async () => {
        const lease = await registry.grantLease(TTL_MS * 30);
        const { revision } = await registry.put('a', '', { lease: lease.id });
        const { seen } = follow(registry, '', { after: revision });
        await lease.revoke();
        expect(await registry.get('a')).toBeUndefined();
        expect(await lease.keepAlive()).toBe(false);
        await lease.revoke();
        await eventually(() => expect(seen).toMatchObject([{ kind: 'delete', key: 'a' }]));
      });

      test('a key belongs to the lease of its last put, or to none', async () => {
        const [one, two] = [await registry.grantLease(TTL_MS * 30), await registry.grantLease(TTL_MS * 30)];
        await registry.put('freed', '', { lease: one.id });
        await registry.put('freed', 'for good');
        await registry.put('moved', '', { lease: one.id });
        await registry.put('moved', '', { lease: two.id });
        await registry.compareAndSet('kept', 0, '', { lease: one.id });
        await registry.put('deleted', '', { lease: one.id });
        await registry.delete('deleted');
        await registry.put('deleted', 'and made again');
        await one.revoke();
        const left = async (): Promise<readonly string[]> => (await registry.list('')).map(({ key }) => key);
        expect(await left()).toEqual(['deleted', 'freed', 'moved']);
        await two.revoke();
        expect(await left()).toEqual(['deleted', 'freed']);
      });

      test('one process may end and another keep: leases are not bound to who granted them', async () => {
        const other = await reopen();
        const lease = await other.grantLease(TTL_MS * 30);
        await other.put('a', '', { lease: lease.id });
        await other.close();
        expect(await registry.get('a')).toMatchObject({ key: 'a' });
        await registry.put('b', '', { lease: lease.id });
        await fixture.advance(TTL_MS * 0.5);
        expect(await registry.list('')).toHaveLength(2);
      });
    });

    test('a closed registry refuses with registry_unavailable; closing twice is no error', async () => {
      const lease = await registry.grantLease(TTL_MS * 30);
      await registry.close();
      await registry.close();
      const unavailable = { code: 'registry_unavailable' };
      await expect(registry.get('a')).rejects.toMatchObject(unavailable);
      await expect(registry.list('')).rejects.toMatchObject(unavailable);
      await expect(registry.put('a', '')).rejects.toMatchObject(unavailable);
      await expect(registry.compareAndSet('a', 0, '')).rejects.toMatchObject(unavailable);
      await expect(registry.delete('a')).rejects.toMatchObject(unavailable);
      await expect(registry.grantLease(TTL_MS)).rejects.toMatchObject(unavailable);
      await expect(lease.keepAlive()).rejects.toMatchObject(unavailable);
    });
  });
}
