import { type Geo, type GeoFacts, UNKNOWN_PLACE } from './geo.ts';

/**
 * Asks several sources, of which the first that knows a member gives it. The name of an AS comes only from a
 * source that gives the same number, so that a number of one source never bears the name of another's.
 */
export function combineGeo(members: readonly Geo[]): Geo {
  return {
    lookup(family, words) {
      let facts: GeoFacts = UNKNOWN_PLACE;
      for (const member of members) facts = joined(facts, member.lookup(family, words));
      return facts;
    },
    sources: () => members.flatMap((member) => member.sources()),
    async refresh() {
      for (const member of members) await member.refresh();
    },
    async close() {
      await Promise.all(members.map((member) => member.close()));
    },
  };
}

function joined(first: GeoFacts, second: GeoFacts): GeoFacts {
  if (first === UNKNOWN_PLACE) return second;
  if (second === UNKNOWN_PLACE) return first;
  const facts: { -readonly [K in keyof GeoFacts]: GeoFacts[K] } = {};
  const country = first.country ?? second.country;
  if (country !== undefined) facts.country = country;
  const continent = first.continent ?? second.continent;
  if (continent !== undefined) facts.continent = continent;
  const origin = first.as === undefined ? second : first;
  if (origin.as === undefined) return facts;
  facts.as = origin.as;
  const asName = origin.asName ?? (second.as === origin.as ? second.asName : undefined);
  if (asName !== undefined) facts.asName = asName;
  if (origin.stale === true) facts.stale = true;
  return facts;
}
