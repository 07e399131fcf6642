import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classifyPayload } from './classify-payload.ts';
import type { PayloadPlace } from './payload-finding.ts';
import { payloadKey, rememberingRecognition } from './recognition.ts';
import { classifyUserAgent } from './user-agent.ts';

const TEXTS = ["1' OR 1=1--", '../../etc/passwd', '<script>alert(1)</script>', 'hello', '', '/.env', ';id'];
const place: fc.Arbitrary<PayloadPlace> = fc.record({
  place: fc.constantFrom('query', 'path', 'header', 'cookie', 'body', 'command'),
  part: fc.constantFrom('', 'id', 'user-agent', 'user[$ne]', "id\n1' OR 1=1--"),
});
const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string(), fc.constant('x'.repeat(5_000)));

test('answers as if each text were seen for the first time, however little is remembered', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(text, place), { minLength: 1, maxLength: 40 }),
      fc.constantFrom(0, 3_000, 20_000, 10_000_000),
      (payloads, most) => {
        const recognition = rememberingRecognition(most);
        for (const [sent, where] of [...payloads, ...payloads])
          expect(recognition.payload(sent, where)).toEqual(classifyPayload(sent, where));
      },
    ),
  );
});

test('a name and a value never run together into another name and value', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '1', '\n', ':'), maxLength: 4 });
  fc.assert(
    fc.property(cell, cell, cell, cell, (partA, textA, partB, textB) => {
      const a = payloadKey(textA, { place: 'query', part: partA });
      const b = payloadKey(textB, { place: 'query', part: partB });
      expect(a === b).toBe(partA === partB && textA === textB);
    }),
  );
});

test('what was remembered of a payload is not worked out again', () => {
  const recognition = rememberingRecognition();
  const query = { place: 'query', part: 'id' } as const;
  const first = recognition.payload("1' OR 1=1--", query);
  expect(first).not.toHaveLength(0);
  expect(recognition.payload("1' OR 1=1--", query)).toBe(first);
});

test('a crawler is proved by its address each time, whatever was said of another address', () => {
  const recognition = rememberingRecognition();
  const agent = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
  for (const said of [true, false, undefined, true]) {
    const proof = (): boolean | undefined => said;
    expect(recognition.userAgent(agent, proof)).toEqual(classifyUserAgent(agent, proof));
  }
  expect(recognition.userAgent(agent, () => true).verified).toBe(true);
  expect(recognition.userAgent('sqlmap/1.7', () => true)).toEqual(classifyUserAgent('sqlmap/1.7'));
});
