import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyHash, randomHashKey } from './key-hash.ts';
import { seededRandom } from './random.ts';

const hashOf = (hash: KeyHash, text: string): string => {
  hash.of(text);
  return `${hash.a >>> 0}:${hash.b >>> 0}`;
};

/** HalfSipHash-1-3-64 over bytes as the paper describes it, but with 16 bits of length in the last word. */
function byTheBook(bytes: Buffer, k0: number, k1: number): string {
  const v = new Uint32Array([k0, k1 ^ 0xee, 0x6c796765 ^ k0, 0x74656462 ^ k1]);
  const at = (i: number): number => v[i] as number;
  const rotate = (x: number, by: number): number => ((x << by) | (x >>> (32 - by))) >>> 0;
  const round = (): void => {
    const add = (to: number, from: number): void => {
      v[to] = at(to) + at(from);
    };
    const turn = (i: number, by: number): void => {
      v[i] = rotate(at(i), by);
    };
    const mix = (i: number, other: number): void => {
      v[i] = at(i) ^ at(other);
    };
    add(0, 1);
    turn(1, 5);
    mix(1, 0);
    turn(0, 16);
    add(2, 3);
    turn(3, 8);
    mix(3, 2);
    add(0, 3);
    turn(3, 7);
    mix(3, 0);
    add(2, 1);
    turn(1, 13);
    mix(1, 2);
    turn(2, 16);
  };
  const absorb = (word: number): void => {
    v[3] = at(3) ^ word;
    round();
    v[0] = at(0) ^ word;
  };
  const whole = bytes.length & ~3;
  for (let i = 0; i < whole; i += 4) absorb(bytes.readUInt32LE(i));
  let last = (bytes.length << 16) >>> 0;
  for (let i = whole; i < bytes.length; i++) last |= (bytes[i] as number) << (8 * (i - whole));
  absorb(last >>> 0);
  v[2] = at(2) ^ 0xee;
  for (let i = 0; i < 3; i++) round();
  const first = (at(1) ^ at(3)) >>> 0;
  v[1] = at(1) ^ 0xdd;
  for (let i = 0; i < 3; i++) round();
  return `${first}:${(at(1) ^ at(3)) >>> 0}`;
}

test('it is HalfSipHash-1-3 over the text as UTF-16', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer(), fc.integer(), (text, k0, k1) => {
      expect(hashOf(new KeyHash([k0, k1]), text)).toBe(
        byTheBook(Buffer.from(text, 'utf16le'), k0 >>> 0, k1 >>> 0),
      );
    }),
  );
});

test('the end of a text is hashed as the end alone would be', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ maxLength: 40 }), (before, text) => {
      const hash = new KeyHash([1, 2]);
      const alone = hashOf(hash, text);
      hash.of(before + text, before.length);
      expect(`${hash.a >>> 0}:${hash.b >>> 0}`).toBe(alone);
    }),
  );
});

test('a huge name costs no more than one of 512 characters, and differs by its length', () => {
  const hash = new KeyHash([1, 2]);
  expect(hashOf(hash, 'x'.repeat(1_000_000))).not.toBe(hashOf(hash, 'x'.repeat(1_000_001)));
});

test('names that collide under one key do not under another', () => {
  const known = new KeyHash([1, 2]);
  const secret = new KeyHash(randomHashKey(seededRandom(3)));
  const lines = 1 << 16;
  // An attacker who knew the key would choose names that all fall into one line of the table.
  const chosen: string[] = [];
  for (let i = 0; chosen.length < 64; i++) {
    known.of(`name-${i}`);
    if ((known.a & (lines - 1)) === 17) chosen.push(`name-${i}`);
  }
  const spread = new Set(
    chosen.map((name) => {
      secret.of(name);
      return secret.a & (lines - 1);
    }),
  );
  expect(spread.size).toBeGreaterThan(60);
});
