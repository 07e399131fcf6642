import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDelivery } from './parse-delivery.ts';

const NOW = Date.UTC(2026, 0, 1);

test('a session as sensors send it', () => {
  const parsed = parseDelivery('{"sess_uuid":"s","peer_ip":"192.0.2.1","start_time":1767200000}', NOW);
  expect(parsed).toMatchObject({ ok: true, value: { id: 's', client: '192.0.2.1' } });
});

test.each([
  ['', 'not_json', /JSON/],
  ['{', 'not_json', /JSON/],
  ['{"peer_ip":"192.0.2.1"}', 'not_valid', /^sess_uuid: /],
  ['{"sess_uuid":"s","peer_ip":"here","start_time":1767200000}', 'not_valid', /^peer_ip: .*here/],
  ['{"sess_uuid":"s","peer_ip":"192.0.2.1"}', 'not_valid', /^start_time: /],
  ['{"__proto__":{"sess_uuid":"s"},"peer_ip":"192.0.2.1","start_time":1}', 'not_valid', /^sess_uuid: /],
])('%s is refused as %s', (payload, kind, message) => {
  expect(parseDelivery(payload, NOW)).toMatchObject({
    ok: false,
    error: { kind, message: expect.stringMatching(message) },
  });
});

test('whatever stands on the stream, there is an answer', () => {
  const property = fc.property(fc.oneof(fc.string(), fc.json()), (payload) => {
    const parsed = parseDelivery(payload, NOW);
    if (!parsed.ok) expect(parsed.error.message).not.toBe('');
  });
  fc.assert(property, { numRuns: 500 });
});
