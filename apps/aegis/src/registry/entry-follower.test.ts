import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AegisError, ManualClock, silentLogger } from '@aegis/model';
import type { Registry } from '@aegis/ports';
import { openSqliteRegistry } from '@aegis/registry-sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type EntryFollowerOptions, entryFollower } from './entry-follower.ts';
import { registryCopy } from './registry-copy.ts';
import type { RegistryFollower } from './registry-follower.ts';

const clock = new ManualClock();
let folder: string;
let registry: Registry;
let own: Registry;
const started: RegistryFollower[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-follower-'));
  registry = openSqliteRegistry({ path: join(folder, 'registry.db'), clock });
  own = openSqliteRegistry({ path: join(folder, 'own.db'), clock });
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const follower of started.splice(0)) await follower.stop();
  await Promise.all([registry.close(), own.close()]);
  rmSync(folder, { recursive: true });
});

/** What one who follows `p/` knows. */
async function follow(
  options: Partial<EntryFollowerOptions> = {},
): Promise<{ readonly known: ReadonlyMap<string, string>; readonly follower: RegistryFollower }> {
  const known = new Map<string, string>();
  const follower = entryFollower({
    ...{ name: 'things', registry, prefix: 'p/', clock, logger: silentLogger, retryMs: 5 },
    learn: ({ key, value }) => void known.set(key, value),
    forget: (key) => void known.delete(key),
    reset: () => known.clear(),
    copy: registryCopy({ own, prefix: 'p/', logger: silentLogger }),
    ...options,
  });
  await follower.start();
  started.push(follower);
  return { known, follower };
}

const eventually = (assertion: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(assertion, { timeout: 30_000, interval: 5 });
const refuse = (): Promise<never> => Promise.reject(new AegisError('registry_unavailable', 'cut off'));

test('puts and deletes are heard of, also those during which nothing could be heard', async () => {
  await registry.put('p/a', '1');
  await registry.put('q/a', 'of others');
  const { known, follower } = await follow();
  expect(Object.fromEntries(known)).toEqual({ 'p/a': '1' });
  await registry.put('p/b', '2');
  await eventually(() => expect(known.get('p/b')).toBe('2'));
  await registry.delete('p/b');
  await eventually(() => expect(known.has('p/b')).toBe(false));

  await follower.stop();
  await registry.put('p/c', '3');
  const list = vi.spyOn(registry, 'watch').mockImplementationOnce(() => {
    throw new AegisError('compacted', 'gone');
  });
  const again = await follow();
  await eventually(() => expect(list.mock.calls.length).toBeGreaterThan(1));
  await registry.delete('p/a');
  await eventually(() => expect(Object.fromEntries(again.known)).toEqual({ 'p/c': '3' }));
});

test('without the registry it begins with what it knew last, says so, and takes what is there when it can', async () => {
  await registry.put('p/gone', '1');
  await registry.put('p/stays', '1');
  const first = await follow();
  await registry.put('p/late', '1');
  await registry.delete('p/gone');
  await eventually(async () =>
    expect((await own.list('copy/p/')).map(({ key }) => key)).toEqual(['copy/p/late', 'copy/p/stays']),
  );
  await first.follower.stop();

  const revision = vi.spyOn(registry, 'revision').mockImplementation(refuse);
  const { known, follower } = await follow();
  expect(Object.fromEntries(known)).toEqual({ 'p/late': '1', 'p/stays': '1' });
  expect(follower.trouble).toBe('cut off');
  clock.advance(1_000);
  expect(follower.awayMs).toBe(1_000);
  await registry.put('p/late', '2');
  revision.mockRestore();
  await eventually(() => expect(Object.fromEntries(known)).toEqual({ 'p/late': '2', 'p/stays': '1' }));
  await eventually(() => expect(follower.awayMs).toBe(0));
  expect(follower.trouble).toBe('');
});

test('an empty registry that was seen once is something known; one that was never seen is not', async () => {
  const first = await follow();
  await first.follower.stop();
  vi.spyOn(registry, 'revision').mockImplementation(refuse);
  expect((await follow()).known.size).toBe(0);
  const other = registryCopy({ own, prefix: 'r/', logger: silentLogger });
  await expect(follow({ prefix: 'r/', copy: other })).rejects.toMatchObject({
    code: 'registry_unavailable',
    message: 'cut off; the first start of a node needs it: "aegis doctor" says more',
  });
});

test('a copy that cannot be written stops nobody', async () => {
  vi.spyOn(own, 'put').mockRejectedValue(new AegisError('registry_unavailable', 'the disk is full'));
  await registry.put('p/a', '1');
  const { known, follower } = await follow();
  await registry.put('p/b', '1');
  await eventually(() => expect([...known.keys()]).toEqual(['p/a', 'p/b']));
  expect(follower.trouble).toBe('');
});
