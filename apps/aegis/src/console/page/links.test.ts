import fc from 'fast-check';
import { expect, test } from 'vitest';

interface Place {
  readonly kind: 'address' | 'session';
  readonly name: string;
}

const { hashOf, placeOf } = (await import(new URL('links.js', import.meta.url).href)) as {
  readonly hashOf: (place: Place) => string;
  readonly placeOf: (hash: string) => Place | undefined;
};

test('a place survives its way through the address, whatever its name', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('address', 'session'),
      fc.string({ minLength: 1, unit: 'grapheme' }),
      (kind, name) => {
        const hash = hashOf({ kind, name });
        expect(hash).toMatch(/^#\/(address|session)\/[^/<>"]+$/);
        expect(placeOf(hash)).toEqual({ kind, name });
      },
    ),
  );
});

test.each(['', '#', '#content', '#/address/', '#/other/x', '#/session/a/b', '#/session/%', 'x#/session/a'])(
  '%j is no place',
  (hash) => {
    expect(placeOf(hash)).toBeUndefined();
  },
);
