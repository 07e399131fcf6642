import { expect, test } from 'vitest';
import { otlpJson } from './otlp-json.ts';
import { isSampled, type Span, spanIdOf, traceIdOf } from './span.ts';

const span: Span = {
  ...{ session: 's-1', name: 'analyze', parent: { name: 'ingest' } },
  ...{ start: 1_795_353_044_469.25, end: 1_795_353_044_470.5 },
  attributes: { 'aegis.batch': 3, 'aegis.reason': 'x\ud800' },
};
const written = (one: Span): Record<string, unknown> => {
  const request = JSON.parse(otlpJson([one], { node: 'node-1', region: 'eu', version: '1' })) as {
    resourceSpans: { scopeSpans: { spans: Record<string, unknown>[] }[] }[];
  };
  return request.resourceSpans[0]?.scopeSpans[0]?.spans[0] ?? {};
};

test('a span is written as OTLP has it: ids in hex, times in ns as text, numbers as text', () => {
  expect(written(span)).toEqual({
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    spanId: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    parentSpanId: spanIdOf('s-1', 'ingest'),
    name: 'analyze',
    kind: 1,
    startTimeUnixNano: '1795353044469250000',
    endTimeUnixNano: '1795353044470500000',
    attributes: [
      { key: 'aegis.session', value: { stringValue: 's-1' } },
      { key: 'aegis.batch', value: { intValue: '3' } },
      { key: 'aegis.reason', value: { stringValue: 'x\ufffd' } },
    ],
    status: {},
  });
});

test('a span does not end before it began, and what attackers wrote is cut', () => {
  const odd = written({ ...span, end: span.start - 5, attributes: { long: 'x'.repeat(10_000) } });
  expect(odd.endTimeUnixNano).toBe(odd.startTimeUnixNano);
  expect(JSON.stringify(odd).length).toBeLessThan(1_000);
});

test('ids are made of the session, so that every process makes the same', () => {
  expect(traceIdOf('s-1')).not.toBe(traceIdOf('s-2'));
  expect(spanIdOf('s-1', 'a', 'b')).not.toBe(spanIdOf('s-1', 'ab'));
  expect(spanIdOf('s-1', 'a')).toBe(spanIdOf('s-1', 'a', ''));
});

test('about so many of a hundred sessions are traced', () => {
  const ids = Array.from({ length: 10_000 }, (_, i) => `session-${i}`);
  const share = (percent: number): number => ids.filter((id) => isSampled(id, percent)).length / 100;
  expect(share(100)).toBe(100);
  expect(share(10)).toBeGreaterThan(8);
  expect(share(10)).toBeLessThan(12);
});
