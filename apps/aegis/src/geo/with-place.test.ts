import type { CheckRequest } from '@aegis/model';
import type { Geo, GeoFacts } from '@aegis/ports';
import { expect, test } from 'vitest';
import { placeOf, withPlace } from './with-place.ts';

const HERE: GeoFacts = { country: 'DE', continent: 'EU', as: '64496', asName: 'Example' };
const geo: Geo = {
  lookup: (family) => (family === 4 ? HERE : {}),
  sources: () => [],
  refresh: async () => {},
  close: async () => {},
};

const address = '192.0.2.1';
test.each<[string, CheckRequest, CheckRequest]>([
  ['nothing said', { address }, { address, ...HERE }],
  ['another AS said', { address, as: '1' }, { address, country: 'DE', continent: 'EU', as: '1' }],
  ['the same AS said', { address, as: '64496' }, { address, ...HERE }],
  [
    'another country said',
    { address, country: 'JP' },
    { address, country: 'JP', as: '64496', asName: 'Example' },
  ],
  ['no address', { address: 'nonsense', user: 'u' }, { address: 'nonsense', user: 'u' }],
])('%s', (_, request, placed) => {
  expect(withPlace(request, geo)).toEqual(placed);
});

test('of an address alone', () => {
  expect(placeOf('::ffff:192.0.2.1', geo)).toBe(HERE);
  expect(placeOf('2001:db8::1', geo)).toEqual({});
});
