import type { SessionInput } from '@aegis/model';
import { expect, test } from 'vitest';
import { SessionOutbox } from './session-outbox.ts';

function session(id: string, length = 0): SessionInput {
  return { sess_uuid: id, peer_ip: '192.0.2.1', user_agent: 'x'.repeat(length) };
}

function ids(sessions: readonly SessionInput[]): readonly string[] {
  return sessions.map(({ sess_uuid }) => sess_uuid);
}

async function delivered(outbox: SessionOutbox): Promise<readonly string[]> {
  const out: SessionInput[] = [];
  await outbox.deliver(async (sessions) => void out.push(...sessions), 10);
  return ids(out);
}

test('sessions are offered in order, in batches', async () => {
  const outbox = new SessionOutbox({ sessions: 100, units: 10_000 });
  outbox.add(['a', 'b', 'c'].map((id) => session(id)));
  const batches: (readonly string[])[] = [];
  await outbox.deliver(async (sessions) => void batches.push(ids(sessions)), 2);
  expect(batches).toEqual([['a', 'b'], ['c']]);
  expect(outbox.size).toBe(0);
});

test('what is refused waits, ahead of what came meanwhile', async () => {
  const outbox = new SessionOutbox({ sessions: 100, units: 10_000 });
  outbox.add([session('a')]);
  const refusal = outbox.deliver(async () => {
    outbox.add([session('b')]);
    throw new Error('away');
  }, 10);
  await expect(refusal).rejects.toThrow('away');
  expect(await delivered(outbox)).toEqual(['a', 'b']);
});

test('a delivery under way is joined, not doubled', async () => {
  const outbox = new SessionOutbox({ sessions: 100, units: 10_000 });
  outbox.add([session('a')]);
  let calls = 0;
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const emit = async (): Promise<void> => {
    calls++;
    await gate;
  };
  const both = [outbox.deliver(emit, 10), outbox.deliver(emit, 10)];
  release();
  await Promise.all(both);
  expect(calls).toBe(1);
});

test('above its bounds the oldest are dropped, by number and by size', async () => {
  const few = new SessionOutbox({ sessions: 2, units: 10_000 });
  expect(few.add(['a', 'b', 'c'].map((id) => session(id)))).toBe(1);
  expect(await delivered(few)).toEqual(['b', 'c']);

  const small = new SessionOutbox({ sessions: 100, units: 1000 });
  expect(small.add([session('a', 400), session('b', 400)])).toBe(0);
  expect(small.add([session('c', 400)])).toBe(1);
  expect(small.add([session('huge', 5000)])).toBe(3);
  expect(await delivered(small)).toEqual([]);
});
