import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ServerSentEvent, serverSentEvents } from './server-sent-events.ts';

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

function read(text: string, size: number = 7): Promise<readonly ServerSentEvent[]> {
  return Array.fromAsync(serverSentEvents(inPieces(text, size), () => {}));
}

test('events with type, id and data; an id holds for those after it', async () => {
  const text = ': hello\n\nevent: made\nid: a:1\ndata: {"é":1}\n\ndata: one\ndata: two\n\n';
  expect(await read(text)).toEqual([
    { type: 'made', id: 'a:1', data: '{"é":1}' },
    { type: 'message', id: 'a:1', data: 'one\ntwo' },
  ]);
});

test('an event that is cut off is not told', async () => {
  expect(await read('data: whole\n\ndata: cut')).toEqual([{ type: 'message', id: '', data: 'whole' }]);
});

test('where the pieces are cut makes no difference', async () => {
  const text = 'id: 1\ndata: {"name":"Grüße, 世界"}\n\n: alive\n\nid: 2\nevent: ready\ndata: {}\n\n';
  const whole = await read(text, text.length * 4);
  expect(whole).toHaveLength(2);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (size) => {
      expect(await read(text, size)).toEqual(whole);
    }),
  );
});

test('comments are signs of life and no events', async () => {
  let lives = 0;
  const events = serverSentEvents(inPieces(': alive\n\n: alive\n\n', 9), () => {
    lives++;
  });
  expect(await Array.fromAsync(events)).toEqual([]);
  expect(lives).toBe(2);
});

test('an event without end is refused once it is longer than 1 MiB', async () => {
  await expect(read(`data: ${'x'.repeat((1 << 20) + 100)}`, 1 << 16)).rejects.toThrow('longer than 1 MiB');
});
