import { type CheckRequest, parseAddressWords } from '@aegis/model';
import type { Geo, GeoFacts } from '@aegis/ports';

const words = new Uint32Array(4);

/** What is known of an address that is written as text. */
export function placeOf(address: string, geo: Geo): GeoFacts {
  return geo.lookup(parseAddressWords(address, words), words);
}

/**
 * The request with what is known of its address. What the caller says stands; the name of an AS is added only to
 * the number that bears it.
 */
export function withPlace(request: CheckRequest, geo: Geo): CheckRequest {
  const { country, continent, as, asName } = placeOf(request.address, geo);
  const placed: { -readonly [K in keyof CheckRequest]: CheckRequest[K] } = { ...request };
  if (country !== undefined) placed.country ??= country;
  if (continent !== undefined && placed.country === country) placed.continent ??= continent;
  if (as !== undefined) placed.as ??= as;
  if (asName !== undefined && placed.as === as) placed.asName ??= asName;
  return placed;
}
