import { AegisError, seededRandom } from '@aegis/model';
import { expect, test } from 'vitest';
import type { Face } from './face.ts';
import { FACES } from './faces.ts';
import { FUZZ_INPUTS, FUZZ_SEED, FUZZ_TIMEOUT_MS } from './fuzz-options.ts';
import { mutate } from './mutate.ts';

test.each(FACES.map((face) => [face.name, inputsOf(face), face] as const))(
  `%s: %i inputs from seed ${FUZZ_SEED}`,
  { timeout: FUZZ_TIMEOUT_MS },
  async (_, inputs, { seeds, feed }) => {
    const random = seededRandom(FUZZ_SEED);
    const good = seeds.map((seed) => Buffer.from(seed));
    for (let i = 0; i < inputs; i++) {
      const bytes = i < good.length ? (good[i] as Buffer) : mutate(good, random);
      const text = bytes.toString('utf8');
      try {
        const believed = await feed(bytes, text);
        if (believed !== undefined) expect.fail(believed);
      } catch (error) {
        if (error instanceof AegisError) continue;
        throw new Error(`input ${i} of seed ${FUZZ_SEED}: ${JSON.stringify(text)}`, { cause: error });
      }
    }
  },
);

function inputsOf({ slow }: Face): number {
  return slow === true ? Math.ceil(FUZZ_INPUTS / 10) : FUZZ_INPUTS;
}

test('no way in has left its mark on every object', () => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Readonly<Record<string, unknown>>).polluted).toBeUndefined();
});
