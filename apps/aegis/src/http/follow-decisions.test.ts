import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestNode, type TestNode } from './fixture/test-node.ts';

let node: TestNode;

beforeEach(async () => {
  node = await startTestNode({ limits: { heartbeatMs: 30, followers: 2, graceMs: 5_000 } });
});

afterEach(() => node.close());

interface Event {
  readonly event: string;
  readonly id?: string;
  readonly data: { readonly value?: string };
}

/** A follower that understands server-sent events as far as they are used here. */
class Follower {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = '';
  comments = 0;

  constructor(response: Response) {
    this.#reader = (response.body as ReadableStream<Uint8Array>).getReader();
  }

  /** `undefined` at the end. */
  async next(): Promise<Event | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end < 0) {
        const { value, done } = await this.#reader.read();
        if (done) return undefined;
        this.#text += this.#decoder.decode(value, { stream: true });
        continue;
      }
      const block = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 2);
      if (block.startsWith(':')) this.comments++;
      else return parse(block);
    }
  }

  async take(count: number): Promise<readonly (Event | undefined)[]> {
    const events: (Event | undefined)[] = [];
    while (events.length < count) events.push(await this.next());
    return events;
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}

function parse(block: string): Event {
  const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s, 2))) as Record<
    string,
    string
  >;
  const data = JSON.parse(fields.data ?? 'null') as Event['data'];
  return { event: fields.event ?? '', data, ...(fields.id === undefined ? {} : { id: fields.id }) };
}

async function follow(query = '', headers: Record<string, string> = {}): Promise<Follower> {
  const response = await node.fetch(`/v1/decisions/stream${query}`, { as: 'enforcer', headers });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  return new Follower(response);
}

async function ban(value: string): Promise<void> {
  await node.fetch('/v1/decisions', { json: { scope: 'ip', value, reason: 'line\nbreak' } });
}

const shown = (events: readonly (Event | undefined)[]): readonly unknown[] =>
  events.map((each) => [each?.event, each?.data.value]);

test('changes are told in order as they take effect', async () => {
  const follower = await follow();
  expect(shown(await follower.take(1))).toEqual([['ready', undefined]]);
  await ban('192.0.2.1');
  await node.fetch('/v1/decisions?scope=ip&value=192.0.2.1', { method: 'DELETE' });
  await ban('192.0.2.2');
  expect(shown(await follower.take(3))).toEqual([
    ['made', '192.0.2.1'],
    ['lifted', '192.0.2.1'],
    ['made', '192.0.2.2'],
  ]);
  await follower.cancel();
});

test('a snapshot comes before the changes', async () => {
  await ban('192.0.2.1');
  await ban('192.0.2.2');
  const follower = await follow('?snapshot=true');
  expect(shown(await follower.take(3))).toEqual([
    ['made', '192.0.2.2'],
    ['made', '192.0.2.1'],
    ['ready', undefined],
  ]);
  await ban('192.0.2.3');
  expect(shown(await follower.take(1))).toEqual([['made', '192.0.2.3']]);
  await follower.cancel();
});

test('whoever comes back goes on where they were', async () => {
  const first = await follow();
  await first.next();
  await ban('192.0.2.1');
  const [seen] = await first.take(1);
  await first.cancel();
  await ban('192.0.2.2');
  const second = await follow('?snapshot=true', { 'last-event-id': seen?.id ?? '' });
  expect(shown(await second.take(2))).toEqual([
    ['ready', undefined],
    ['made', '192.0.2.2'],
  ]);
  await second.cancel();
});

test.each(['nonsense', 'another-process:1', ''])(
  'the place %j is not known: read the list again',
  async (id) => {
    const follower = await follow('', { 'last-event-id': id });
    expect(shown(await follower.take(2))).toEqual([
      ['resync', undefined],
      [undefined, undefined],
    ]);
  },
);

test('there are signs of life', async () => {
  const follower = await follow();
  await follower.next();
  setTimeout(() => ban('192.0.2.1'), 150);
  await follower.next();
  expect(follower.comments).toBeGreaterThanOrEqual(2);
  await follower.cancel();
});

test('followers are few, and a place is free again when one leaves', async () => {
  const followers = [await follow(), await follow()];
  const third = await node.fetch('/v1/decisions/stream');
  expect(third.status).toBe(503);
  await followers[0]?.cancel();
  await expect
    .poll(async () => {
      const response = await node.fetch('/v1/decisions/stream');
      await response.body?.cancel();
      return response.status;
    })
    .toBe(200);
  await followers[1]?.cancel();
});

test('closing the server ends the stream, not cuts it', async () => {
  const closing = await startTestNode({ limits: { graceMs: 60_000 } });
  const follower = new Follower(await closing.fetch('/v1/decisions/stream'));
  await follower.next();
  await closing.close();
  expect(await follower.next()).toBeUndefined();
});

test('another policy is told; a follower of what is enforced then reads the list again', async () => {
  const everything = await follow('?enforced=false');
  const enforced = await follow();
  const strategies = [
    { name: 'trial', origins: ['operator'], mode: 'shadow' },
    { name: 'rest', origins: ['*'] },
  ];
  await node.fetch('/v1/policy/versions', { json: { policy: { strategies }, reason: 'a trial' } });
  await ban('192.0.2.9');
  const told = await everything.take(3);
  expect(told.map((each) => each?.event)).toEqual(['ready', 'policy', 'made']);
  expect(told[1]?.data).toMatchObject({ type: 'policy_update', version: 1, author: 'admin' });
  expect((await enforced.take(4)).map((each) => each?.event)).toEqual([
    'ready',
    'policy',
    'resync',
    undefined,
  ]);
  await everything.cancel();
  const again = await follow('?snapshot=true');
  expect(shown(await again.take(1))).toEqual([['ready', undefined]]);
  await ban('192.0.2.10');
  await node.fetch('/v1/decisions', {
    json: { scope: 'ip', value: '192.0.2.11', reason: 'x', origin: 'mesh' },
  });
  expect(shown(await again.take(1))).toEqual([['made', '192.0.2.11']]);
  await again.cancel();
});
