import { expect, test } from 'vitest';
import { isKinOf } from './crawler-proof.ts';

test.each([
  ['Googlebot', 'Googlebot', true],
  ['googlebot', 'GoogleBot', true],
  ['Googlebot-Image', 'Googlebot', true],
  ['Googlebots', 'Googlebot', false],
  ['Google', 'Googlebot', false],
  ['Not-Googlebot', 'Googlebot', false],
])('%s is of the kin of %s: %s', (declared, name, isKin) => {
  expect(isKinOf(declared, name)).toBe(isKin);
});
