import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type HaltOrder, obeyed, readHalt, signHalt } from './halt-order.ts';

const own = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const order = (epoch: number, state: HaltOrder['state'] = 'halted'): HaltOrder => ({
  ...{ epoch, state, at: 1_793_059_200_000, by: 'ann', reason: 'a plugin eats memory' },
});

test('an order is what was signed', () => {
  const signed = signHalt(order(7), own.privateKey);
  expect(readHalt(JSON.stringify(signed), own.publicKey)).toEqual({ ok: true, value: order(7) });
});

test.each([
  ['of another key', JSON.stringify(signHalt(order(7), other.privateKey)), 'its signature'],
  [
    'changed',
    JSON.stringify({ ...signHalt(order(7), own.privateKey), order: JSON.stringify(order(8)) }),
    'its signature',
  ],
  ['of no signature', JSON.stringify({ order: JSON.stringify(order(7)), signature: '' }), 'its signature'],
  ['garbage', 'x', 'no signed order'],
  ['of no epoch', JSON.stringify(signHalt(order(0), own.privateKey)), 'what was signed is no order'],
])('%s: refused', (_, text, why) => {
  expect(readHalt(text, own.publicKey)).toMatchObject({ ok: false, error: expect.stringContaining(why) });
});

test('no change of a single character passes', () => {
  const text = JSON.stringify(signHalt(order(7), own.privateKey));
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, put) => {
      const changed = text.slice(0, at) + put + text.slice(at + 1);
      const read = readHalt(changed, own.publicKey);
      if (read.ok) expect(read.value).toEqual(order(7));
    }),
    { numRuns: 2_000 },
  );
});

test('whatever order they come in, how often, the highest epoch holds', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (epochs) => {
      const held = epochs
        .map((epoch) => order(epoch, epoch % 2 === 0 ? 'running' : 'halted'))
        .reduce<HaltOrder | undefined>(obeyed, undefined);
      expect(held?.epoch).toBe(Math.max(...epochs));
    }),
  );
});
