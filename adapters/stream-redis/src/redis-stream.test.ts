import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery, Stream } from '@aegis/ports';
import type { RedisConnection, Reply } from '@aegis/redis';
import { describeWithReal, type RedisServer, startRedis } from '@aegis/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openRedisStream, type RedisStreamOptions } from './redis-stream.ts';
import { streamConnection } from './stream-connection.ts';
import { conformanceOn } from './testing/conformance-on.ts';
import { patiently } from './testing/patiently.ts';

describeWithReal('redis', 'Redis Streams keep every promise of a stream', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.remove());
  conformanceOn('redis', () => ({ servers: [redis] }));

  describe('the Redis stream', () => {
    let stream: Stream;
    let direct: RedisConnection;
    const opened: Stream[] = [];
    const open = (options: Partial<RedisStreamOptions> = {}): Stream => {
      const each = openRedisStream({ servers: [redis], stream: 's', ...options });
      opened.push(each);
      return each;
    };
    const redisDoes = (...words: readonly string[]): Promise<Reply> => direct.send(words);
    const payloads = (deliveries: readonly Delivery[]): readonly string[] =>
      deliveries.map(({ payload }) => payload);
    beforeEach(async () => {
      direct = streamConnection({ servers: [redis] }, 's');
      await redisDoes('FLUSHALL');
      stream = open();
    });
    afterEach(async () => {
      for (const each of opened.splice(0)) await each.close();
      direct.close();
    });

    test('reads what other programs wrote, in whatever fields', async () => {
      await redisDoes('XADD', 's', '*', 'payload', '{"sess_uuid":"one field"}');
      await redisDoes('XADD', 's', '*', 'type', 'session', 'session', ' {"sess_uuid":"one object"}');
      await redisDoes(
        'XADD',
        's',
        '*',
        'sess_uuid',
        'flat',
        'attack_types',
        '{"/":"sqli"}',
        '__proto__',
        '{',
      );
      const read = await (await stream.group('g')).read('c', { count: 9, blockMs: 0 });
      expect(payloads(read)).toEqual([
        '{"sess_uuid":"one field"}',
        ' {"sess_uuid":"one object"}',
        '{"sess_uuid":"flat","attack_types":{"/":"sqli"},"__proto__":"{"}',
      ]);
    });

    test('counts what is unfinished against its length, not what is kept', async () => {
      const bounded = open({ maxLength: 5 });
      const group = await bounded.group('g');
      await bounded.append(['a', 'b', 'c']);
      await expect(bounded.append(['d', 'e', 'f'])).rejects.toMatchObject({
        code: 'stream_full',
        message: expect.stringContaining('3 messages that are not finished, of 5'),
      });
      expect(await bounded.length()).toBe(3);
      await bounded.append(['d', 'e']);
      const read = await group.read('c', { count: 5, blockMs: 0 });
      await expect(bounded.append(['f'])).rejects.toMatchObject({ code: 'stream_full' });
      // One in the middle stays open: it and what waits count, the finished around it do not.
      await group.ack(read.filter(({ payload }) => payload !== 'c').map(({ id }) => id));
      await bounded.append(['f', 'g', 'h', 'i']);
      expect(await group.stats()).toEqual({ waiting: 4, pending: 1, buried: 0 });
      await expect(bounded.append(['j'])).rejects.toMatchObject({ code: 'stream_full' });
    });

    test('says where Redis has no more memory', async () => {
      await redisDoes('CONFIG', 'SET', 'maxmemory', '1');
      try {
        await expect(stream.append(['a'])).rejects.toMatchObject({ code: 'stream_store_full' });
      } finally {
        await redisDoes('CONFIG', 'SET', 'maxmemory', '0');
      }
      await stream.append(['a']);
    });

    test('makes its group again, from the beginning, after everything was flushed', async () => {
      const group = await stream.group('g');
      await stream.append(['lost']);
      const reading = group.read('c', { count: 1, blockMs: 0 });
      expect(payloads(await reading)).toEqual(['lost']);
      await redisDoes('FLUSHALL');
      expect(await group.stats()).toEqual({ waiting: 0, pending: 0, buried: 0 });
      await redisDoes('FLUSHALL');
      await stream.append(['after']);
      expect(await group.reclaim('c', { minIdleMs: 0, count: 1 })).toEqual([]);
      expect(payloads(await group.read('c', { count: 1, blockMs: 0 }))).toEqual(['after']);

      const blocked = group.read('c', { count: 1, blockMs: 5_000 });
      await sleep(50);
      await redisDoes('FLUSHALL');
      await stream.append(['again']);
      expect(payloads(await blocked)).toEqual(['again']);
    });

    test('walks a long list of unfinished messages, and finishes those that were deleted', async () => {
      const group = await stream.group('g');
      const ids = await stream.append(Array.from({ length: 1_000 }, (_, n) => `m${n}`));
      const held = await group.read('dead', { count: 1_000, blockMs: 0 });
      expect(held).toHaveLength(1_000);
      await redisDoes('XDEL', 's', ...ids.slice(0, 300));
      const taken: string[] = [];
      for (;;) {
        const more = await group.reclaim('alive', { minIdleMs: 0, count: 150, from: 'dead' });
        if (more.length === 0) break;
        taken.push(...payloads(more));
      }
      expect(taken).toEqual(payloads(held).slice(300));
      expect(await group.stats()).toMatchObject({ pending: 700 });
      await redisDoes('XDEL', 's', ...ids.slice(300, 600));
      // Long beside the calls that follow: what was taken first must not be idle again before they are over.
      await sleep(2_000);
      const again: Delivery[] = [];
      for (let calls = 0; again.length < 400 && calls < 20; calls++)
        again.push(...(await group.reclaim('third', { minIdleMs: 2_000, count: 90 })));
      expect(new Set(payloads(again))).toEqual(new Set(payloads(held).slice(600)));
      expect(again.map(({ attempt }) => attempt)).toEqual(again.map(() => 3));
      expect(await group.stats()).toMatchObject({ pending: 400 });
    });

    test('buries what is too large to hand out, and what has very many fields', async () => {
      const group = await stream.group('g');
      await redisDoes('XADD', 's', '*', 'data', 'x'.repeat(17 * 1024 * 1024));
      await redisDoes('XADD', 's', '*', ...Array.from({ length: 20_000 }, (_, n) => `f${n}`));
      const [wide, ...rest] = await group.read('c', { count: 10, blockMs: 0 });
      expect(rest).toEqual([]);
      await group.bury(wide as Delivery, 'too wide');
      const letters = await group.buried({ limit: 10 });
      expect(letters.map(({ reason }) => reason)).toEqual([
        'it has 17825792 characters, more than the 16777216 allowed',
        'too wide',
      ]);
      expect(Object.keys(JSON.parse((letters[1] as { payload: string }).payload))).toHaveLength(500);
      expect(await group.stats()).toEqual({ waiting: 0, pending: 0, buried: 2 });
    });

    test('keeps a bounded number of dead letters, the newest, beside the stream', async () => {
      const bounded = open({ maxBuried: 2 });
      const group = await bounded.group('g');
      await bounded.append(['a', 'b', 'c']);
      for (const each of await group.read('c', { count: 3, blockMs: 0 }))
        await group.bury(each, 'x'.repeat(5_000));
      const letters = await group.buried({ limit: 10 });
      expect(letters.map(({ payload, reason }) => [payload, reason.length])).toEqual([
        ['b', 1_000],
        ['c', 1_000],
      ]);
      expect(await redisDoes('XLEN', '{s}:dead:g')).toBe(2);
    });

    test('trims up to the oldest unfinished message of the slowest group', async () => {
      const [fast, slow] = [await stream.group('fast'), await stream.group('slow')];
      await stream.append(['a', 'b', 'c', 'd']);
      await fast.ack((await fast.read('c', { count: 4, blockMs: 0 })).map(({ id }) => id));
      const held = await slow.read('c', { count: 3, blockMs: 0 });
      await slow.ack(held.filter(({ payload }) => payload !== 'b').map(({ id }) => id));
      await sleep(5);
      expect(await stream.trim(0)).toBe(1);
      await slow.ack(held.map(({ id }) => id));
      expect(await stream.trim(0)).toBe(2);
      expect(payloads(await slow.read('c', { count: 9, blockMs: 0 }))).toEqual(['d']);
    });

    test('says that it is unavailable while Redis is away, and goes on by itself when it is back', async () => {
      const group = await stream.group('g');
      await stream.append(['kept']);
      expect(payloads(await group.read('c', { count: 1, blockMs: 0 }))).toEqual(['kept']);
      const away = {
        code: 'stream_unavailable',
        message: expect.stringContaining(`127.0.0.1:${redis.port}`),
      };
      const waiting = expect(group.read('c', { count: 1, blockMs: 60_000 })).rejects.toMatchObject(away);
      await sleep(50);
      await redis.server.kill();
      await waiting;
      await expect(stream.append(['a'])).rejects.toMatchObject(away);
      await expect(group.stats()).rejects.toMatchObject(away);
      const unborn = await open().group('made later');
      await redis.start();
      await patiently(() => stream.append(['more']));
      const own = await group.reclaim('c', { minIdleMs: 0, count: 9, from: 'c' });
      expect(payloads(own)).toEqual(['kept']);
      expect(payloads(await unborn.read('c', { count: 9, blockMs: 0 }))).toEqual(['kept', 'more']);
    });

    test('gives up on a Redis that hangs, and goes on when it runs again', async () => {
      const hasty = open({ commandTimeoutMs: 200 });
      await hasty.append(['a']);
      redis.server.pause();
      try {
        await expect(hasty.append(['b'])).rejects.toMatchObject({
          code: 'stream_unavailable',
          message: expect.stringContaining('no answer within 200 ms'),
        });
      } finally {
        redis.server.resume();
      }
      expect(await patiently(() => hasty.append(['c']))).toHaveLength(1);
    });

    test('ends at once when it is closed while many reads wait', async () => {
      const group = await stream.group('g');
      const reads = Array.from({ length: 10 }, (_, n) => group.read(`c${n}`, { count: 1, blockMs: 60_000 }));
      await sleep(100);
      await stream.close();
      expect(await Promise.all(reads)).toEqual(reads.map(() => []));
      await expect(stream.append(['a'])).rejects.toMatchObject({ code: 'stream_unavailable' });
    });

    test('tells where something else than Redis answers', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as { port: number };
      const other = open({
        servers: [{ host: '127.0.0.1', port }],
        commandTimeoutMs: 500,
        connectTimeoutMs: 500,
      });
      await expect(other.append(['a'])).rejects.toMatchObject({ code: 'stream_unavailable' });
      server.close();
    });
  });
});
