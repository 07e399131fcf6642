import { parseAddressWords } from '@aegis/model';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Geo, GeoFacts } from './geo.ts';

export interface GeoFixture {
  /** One whose file holds what `facts` says; nothing about other addresses of 192.0.2.0/24 and 2001:db8::/32. */
  open(): Promise<Geo>;
  /** Addresses with what is known of them. */
  readonly facts: Readonly<Record<string, GeoFacts>>;
  /** Replaces the file by one that holds `replaced`. */
  replace(): Promise<void>;
  readonly replaced: Readonly<Record<string, GeoFacts>>;
  /** Cuts the file that is there in half, in place. */
  truncate(): Promise<void>;
  remove(): Promise<void>;
  /** Removes what `open` made, after it was closed. */
  cleanup(): Promise<void>;
}

/** Every promise of the {@link Geo} port, for any adapter. */
export function geoConformance(name: string, fixture: GeoFixture): void {
  describe(`Geo conformance: ${name}`, () => {
    const words = new Uint32Array(4);
    let geo: Geo;
    const lookup = (address: string): GeoFacts => geo.lookup(parseAddressWords(address, words), words);
    const expectFacts = (facts: Readonly<Record<string, GeoFacts>>): void => {
      for (const [address, known] of Object.entries(facts))
        expect({ address, ...lookup(address) }).toEqual({ address, ...known });
    };
    /** A file is believed at the second look. */
    const settle = async (): Promise<void> => {
      await geo.refresh();
      await geo.refresh();
    };
    beforeEach(async () => {
      geo = await fixture.open();
    });
    afterEach(async () => {
      await geo.close();
      await fixture.cleanup();
    });

    test('it knows what its file says, and its file', () => {
      expectFacts(fixture.facts);
      const [source] = geo.sources();
      expect(source).toMatchObject({ trouble: '', loads: 1, refusals: 0 });
      expect(source?.inForce?.entries).toBeGreaterThan(0);
      expect(source?.inForce?.bytes).toBeGreaterThan(0);
    });

    test('of other addresses, and of what is none, nothing is known', () => {
      for (const address of ['192.0.2.77', '2001:db8:ffff::1', '', 'nonsense', '::ffff:192.0.2.77'])
        expect(Object.keys(lookup(address))).toEqual([]);
    });

    test('IPv4-mapped IPv6 is IPv4', () => {
      for (const [address, known] of Object.entries(fixture.facts))
        if (!address.includes(':')) expect(lookup(`::ffff:${address}`)).toEqual(known);
    });

    test('any words give an answer', () => {
      const word = fc.integer({ min: 0, max: 0xffff_ffff });
      const property = fc.property(
        fc.constantFrom(0 as const, 4 as const, 6 as const),
        fc.tuple(word, word, word, word),
        (family, given) => {
          const { country, continent, as } = geo.lookup(family, Uint32Array.from(given));
          expect(country ?? 'DE').toMatch(/^[A-Z]{2}$/);
          expect(continent ?? 'EU').toMatch(/^[A-Z]{2}$/);
          expect(as ?? '1').toMatch(/^[1-9]\d{0,9}$/);
        },
      );
      fc.assert(property, { numRuns: 2000 });
    });

    test('a file that stays as it was is not read again', async () => {
      for (let i = 0; i < 5; i++) await geo.refresh();
      expect(geo.sources()[0]).toMatchObject({ loads: 1, refusals: 0 });
    });

    test('a new file answers once it has stood still', async () => {
      await fixture.replace();
      await settle();
      expectFacts(fixture.replaced);
      expect(geo.sources()[0]).toMatchObject({ trouble: '', loads: 2, refusals: 0 });
    });

    test('the last good one answers while the file is broken, and that is said', async () => {
      await fixture.truncate();
      await settle();
      await settle();
      expectFacts(fixture.facts);
      const [broken] = geo.sources();
      expect(broken).toMatchObject({ loads: 1, refusals: 1 });
      expect(broken?.trouble).toMatch(/\w/);
      await fixture.replace();
      await settle();
      expectFacts(fixture.replaced);
      expect(geo.sources()[0]).toMatchObject({ trouble: '', loads: 2, refusals: 1 });
    });

    test('the last good one answers when the file is gone, and that is said', async () => {
      await fixture.remove();
      await settle();
      expectFacts(fixture.facts);
      expect(geo.sources()[0]?.trouble).toMatch(/\w/);
      await fixture.replace();
      await settle();
      expectFacts(fixture.replaced);
      expect(geo.sources()[0]).toMatchObject({ trouble: '' });
    });

    test('calls to refresh at once are as good as one', async () => {
      await fixture.replace();
      await geo.refresh();
      await Promise.all([geo.refresh(), geo.refresh(), geo.refresh()]);
      expectFacts(fixture.replaced);
      expect(geo.sources()[0]).toMatchObject({ loads: 2 });
    });

    test('a closed one answers nothing; closing twice is no error', async () => {
      await geo.close();
      await geo.close();
      for (const address of Object.keys(fixture.facts)) expect(lookup(address)).toEqual({});
      await geo.refresh();
      for (const address of Object.keys(fixture.facts)) expect(lookup(address)).toEqual({});
    });
  });
}
