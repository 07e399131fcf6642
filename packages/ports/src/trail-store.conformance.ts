import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TrailBatch, TrailStore } from './trail-store.ts';

export interface TrailStoreFixture {
  /** An empty one. */
  open(): Promise<TrailStore>;
  /** The store of the last `open` again, as another process would see it. */
  reopen(): Promise<TrailStore>;
  /** Removes what `open` made, after the stores were closed. */
  cleanup(): Promise<void>;
}

const T = Date.UTC(2026, 9, 27, 12);

/** Every promise of the {@link TrailStore} port, for any adapter. */
export function trailStoreConformance(name: string, fixture: TrailStoreFixture): void {
  const hash = (level: number, index: number): Uint8Array => {
    const bytes = new Uint8Array(32).fill(level + 1);
    new DataView(bytes.buffer).setFloat64(0, index + 1);
    return bytes;
  };

  /** Entries `from` to `to` - 1 and every node that they complete. */
  function batch(from: number, to: number, position = to): TrailBatch {
    const entries = Array.from({ length: to - from }, (_, i) => {
      const index = from + i;
      return { index, hash: hash(0, index), at: T + index, id: `id-${index}`, body: `{"index":${index}}` };
    });
    const nodes = entries.flatMap(({ index }) => {
      const completed = [{ level: 0, index, hash: hash(0, index) }];
      for (let level = 1; (index + 1) % 2 ** level === 0; level++) {
        const above = (index + 1) / 2 ** level - 1;
        completed.push({ level, index: above, hash: hash(level, above) });
      }
      return completed;
    });
    return { entries, nodes, position };
  }

  describe(`trail store: ${name}`, () => {
    let store: TrailStore;
    const opened: TrailStore[] = [];
    const reopen = async (): Promise<TrailStore> => {
      const other = await fixture.reopen();
      opened.push(other);
      return other;
    };

    beforeEach(async () => {
      store = await fixture.open();
      opened.push(store);
    });

    afterEach(async () => {
      for (const each of opened.splice(0)) await each.close();
      await fixture.cleanup();
    });

    test('an empty one has nothing', async () => {
      expect(await store.extent()).toEqual({ size: 0, position: 0, at: 0 });
      expect(await store.entries(0, 10)).toEqual([]);
      expect(await store.latestCheckpoint()).toBeUndefined();
      expect(await store.find('id-0')).toBeUndefined();
    });

    test('entries come back in order, by number and by id, elsewhere too', async () => {
      await store.append(batch(0, 3, 7));
      await store.append(batch(3, 5, 11));
      const other = await reopen();
      expect(await other.extent()).toEqual({ size: 5, position: 11, at: T + 4 });
      expect(await other.entries(0, 10)).toEqual([...batch(0, 3).entries, ...batch(3, 5).entries]);
      expect((await other.entries(2, 2)).map(({ index }) => index)).toEqual([2, 3]);
      expect(await other.find('id-4')).toBe(4);
    });

    test('a batch without entries moves the position alone', async () => {
      await store.append(batch(0, 1));
      await store.append({ entries: [], nodes: [], position: 42 });
      expect(await store.extent()).toEqual({ size: 1, position: 42, at: T });
    });

    test('of two who append at the same place one is refused, and leaves nothing', async () => {
      const other = await reopen();
      const results = await Promise.allSettled([store.append(batch(0, 2)), other.append(batch(0, 4))]);
      const refused = results.filter((result) => result.status === 'rejected');
      expect(refused).toHaveLength(1);
      expect(refused[0]?.reason).toMatchObject({ code: 'trail_conflict' });
      const { size } = await store.extent();
      expect((await store.entries(0, 10)).length).toBe(size);
      await expect(store.append(batch(size + 1, size + 2))).rejects.toMatchObject({ code: 'trail_conflict' });
    });

    test('every node is where it was put, across tiles', async () => {
      const size = 1_100;
      for (let from = 0; from < size; from += 91) await store.append(batch(from, Math.min(size, from + 91)));
      const ids = batch(0, size).nodes.map(({ level, index }) => ({ level, index }));
      expect(ids.length).toBeGreaterThan(2 * size - 20);
      expect((await store.nodes(ids)).map((each) => Buffer.from(each).toString('hex'))).toEqual(
        batch(0, size).nodes.map((each) => Buffer.from(each.hash).toString('hex')),
      );
      await expect(store.nodes([{ level: 0, index: size }])).rejects.toMatchObject({ code: 'trail_damaged' });
      await expect(store.nodes([{ level: 11, index: 0 }])).rejects.toMatchObject({ code: 'trail_damaged' });
    });

    test('checkpoints come back in order', async () => {
      const all = [1, 2, 3].map((n) => ({ size: n * 10, at: T + n, text: `checkpoint ${n}` }));
      for (const each of all) await store.appendCheckpoint(each);
      expect(await store.checkpoints(0, 10)).toEqual(all);
      expect(await store.checkpoints(1, 1)).toEqual([all[1]]);
      expect(await (await reopen()).latestCheckpoint()).toEqual(all[2]);
    });

    test('bodies expire by time, hashes and ids stay', async () => {
      await store.append(batch(0, 2_500));
      expect(await store.expire(T + 2_100)).toBe(2_100);
      expect(await store.expire(T + 2_100)).toBe(0);
      const [expired, kept] = await store.entries(2_099, 2);
      expect(expired).toEqual({ index: 2_099, hash: hash(0, 2_099), at: T + 2_099, id: 'id-2099' });
      expect(kept?.body).toBe('{"index":2100}');
      expect(await store.find('id-5')).toBe(5);
      expect(await store.extent()).toMatchObject({ size: 2_500 });
    });

    test('a closed store refuses with trail_unavailable; closing twice is no error', async () => {
      await store.close();
      await store.close();
      await expect(store.append(batch(0, 1))).rejects.toMatchObject({ code: 'trail_unavailable' });
    });
  });
}
