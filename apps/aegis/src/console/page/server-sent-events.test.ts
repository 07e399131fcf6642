import fc from 'fast-check';
import { expect, test } from 'vitest';

interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

// By its address: what a browser loads is JavaScript, which the compiler does not read.
const { serverSentEvents } = (await import(new URL('server-sent-events.js', import.meta.url).href)) as {
  readonly serverSentEvents: (chunks: Iterable<string>) => AsyncGenerator<ServerSentEvent>;
};

const read = (...chunks: readonly string[]): Promise<ServerSentEvent[]> =>
  Array.fromAsync(serverSentEvents(chunks));

test('reads events, comments and data of several lines', async () => {
  const text = ': aegis decisions\n\nevent: ready\nid: e:1\ndata: {}\n\ndata: a\ndata:b\r\n\r\n: alive\n\n';
  expect(await read(text)).toEqual([
    { event: '', data: 'aegis decisions' },
    { event: 'ready', data: '{}' },
    { event: 'message', data: 'a\nb' },
    { event: '', data: 'alive' },
  ]);
});

test('what has not ended is no event', async () => {
  expect(await read('event: made\ndata: {}\n')).toEqual([]);
});

test('a line that never ends is an error', async () => {
  await expect(read('data: ', 'x'.repeat(1_048_577))).rejects.toThrow('too long');
});

test('it does not matter where the chunks are cut', async () => {
  const text = 'event: made\ndata: {"a":1}\n\n: alive\n\nevent: lifted\ndata: {"b":2}\n\n';
  const whole = await read(text);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: text.length }), { maxLength: 20 }), async (cuts) => {
      const edges = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      const chunks = edges.slice(1).map((end, index) => text.slice(edges[index], end));
      expect(await read(...chunks)).toEqual(whole);
    }),
  );
});
