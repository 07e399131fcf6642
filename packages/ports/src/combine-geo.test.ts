import { expect, test } from 'vitest';
import { combineGeo } from './combine-geo.ts';
import { type Geo, type GeoFacts, UNKNOWN_PLACE } from './geo.ts';

const words = new Uint32Array(4);
const telling = (facts: GeoFacts): Geo => ({
  lookup: () => facts,
  sources: () => [{ path: String(facts.as), kind: 'routes', trouble: '', loads: 0, refusals: 0 }],
  refresh: async () => {},
  close: async () => {},
});
const together = (...all: readonly GeoFacts[]): GeoFacts => combineGeo(all.map(telling)).lookup(4, words);

test('the first that knows a member gives it', () => {
  expect(together({ country: 'DE', continent: 'EU' }, { as: '64496', asName: 'Example' })).toEqual({
    country: 'DE',
    continent: 'EU',
    as: '64496',
    asName: 'Example',
  });
  expect(together({ country: 'DE' }, { country: 'FR', continent: 'EU' })).toEqual({
    country: 'DE',
    continent: 'EU',
  });
  expect(together(UNKNOWN_PLACE, { country: 'FR' }, UNKNOWN_PLACE)).toEqual({ country: 'FR' });
  expect(together()).toEqual({});
});

test('a number never bears the name of another number', () => {
  const routes: GeoFacts = { as: '64496', stale: true };
  expect(together(routes, { as: '64497', asName: 'Other' })).toEqual(routes);
  expect(together(routes, { as: '64496', asName: 'Same' })).toEqual({ ...routes, asName: 'Same' });
  expect(together({ as: '64497', asName: 'Other' }, routes)).toEqual({ as: '64497', asName: 'Other' });
});

test('all files are told of, in order', () => {
  const geo = combineGeo([telling({ as: '1' }), telling({ as: '2' })]);
  expect(geo.sources().map(({ path }) => path)).toEqual(['1', '2']);
});
