import { Counter, Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { quantileOf, readExposition, sumOf, sumsBy } from './exposition.ts';

test('what prom-client writes is read back, odd labels too', async () => {
  const registry = new Registry();
  const registers = [registry];
  const counter = new Counter({ name: 'c_total', help: 'a "c"', labelNames: ['a', 'b'], registers });
  counter.inc({ a: 'x"y\\z\n{}', b: '__proto__' }, 2);
  counter.inc({ a: 'plain', b: 'q' }, 0.5);
  const metrics = readExposition(await registry.metrics());
  expect(metrics.get('c_total')).toEqual([
    { labels: { a: 'x"y\\z\n{}', b: '__proto__' }, value: 2 },
    { labels: { a: 'plain', b: 'q' }, value: 0.5 },
  ]);
  expect(sumOf(metrics, 'c_total')).toBe(2.5);
  expect(sumOf(metrics, 'c_total', { a: 'plain' })).toBe(0.5);
  expect(sumOf(metrics, 'nothing')).toBe(0);
  expect(sumsBy(metrics, 'c_total', 'b')).toEqual(JSON.parse('{"__proto__":2,"q":0.5}'));
});

test('a quantile is the bound of the bucket that holds it', async () => {
  const registry = new Registry();
  const histogram = new Histogram({ name: 'h', help: 'h', buckets: [1, 2, 5], registers: [registry] });
  const read = async () => readExposition(await registry.metrics());
  expect(quantileOf(await read(), 'h', 0.99)).toBeUndefined();
  for (const value of [0.5, 0.5, 1.5, 4]) histogram.observe(value);
  const metrics = await read();
  expect([0.5, 0.75, 0.99].map((share) => quantileOf(metrics, 'h', share))).toEqual([1, 2, 5]);
  histogram.observe(100);
  expect(quantileOf(await read(), 'h', 0.99)).toBe(Number.POSITIVE_INFINITY);
});

test('what is no exposition is passed over', () => {
  expect(readExposition('# HELP x\n\n<html>\nx{ 1\n{a="b"} 1\n').size).toBe(0);
});
