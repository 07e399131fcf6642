import { SCOPES } from '@aegis/model';
import fc from 'fast-check';
import { Policy } from '../policy.ts';

const PREFIXES = [
  '192.0.2.0/24',
  '192.0.2.7',
  '198.51.100.0/25',
  '203.0.113.64/26',
  '2001:db8::/32',
  '2001:db8:1::7',
];

const length = fc.oneof(
  fc.constantFrom('90s', '30m', '1h', '1.5h', '7d', '500ms'),
  fc.double({ min: 0.001, max: 3_000_000, noNaN: true }),
);

const freshness = fc.oneof(
  fc.constant({ kind: 'none' }),
  fc.record({
    kind: fc.constant('linear'),
    window: length,
    floor: fc.double({ min: 0.001, max: 1, noNaN: true }),
  }),
);

const strategy = fc.record(
  {
    origins: fc.uniqueArray(fc.constantFrom('*', 'feed:*', 'feed:a', 'aegis', 'operator', 'mesh'), {
      minLength: 1,
      maxLength: 3,
    }),
    scopes: fc.uniqueArray(fc.constantFrom(...SCOPES), { minLength: 1, maxLength: 4 }),
    weight: fc.constantFrom(0.5, 1, 2, 10),
    freshness,
    mode: fc.constantFrom('enforce', 'shadow', 'off'),
  },
  { requiredKeys: ['origins'] },
);

/** Policies of all shapes, as documents are written. */
export const anyPolicy: fc.Arbitrary<Policy> = fc
  .record(
    {
      name: fc.string({ minLength: 1, maxLength: 64 }),
      strategies: fc
        .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', '__proto__', 'constructor'), strategy), {
          minLength: 1,
          maxLength: 5,
          selector: ([name]) => name,
        })
        .map((all) => all.map(([name, rest]) => ({ name, ...rest }))),
      exempt: fc.uniqueArray(fc.constantFrom(...PREFIXES)),
      protected: fc.uniqueArray(fc.constantFrom(...PREFIXES)),
      limits: fc.record(
        { max_duration: length, widest_ipv4: fc.nat(32), widest_ipv6: fc.nat(128) },
        { requiredKeys: [] },
      ),
      proposals: fc.record(
        { min_confidence: fc.nat(100), repeat: fc.record({ factor: fc.constantFrom(1, 2, 3), max: length }) },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['strategies'] },
  )
  .map((document) => Policy.parse(document));
