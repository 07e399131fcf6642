import { geoEqualEarth, geoPath } from 'd3-geo';
import codes from 'i18n-iso-countries/codes.json';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import atlas from 'world-atlas/countries-110m.json';

export const MAP_WIDTH = 960;
export const MAP_HEIGHT = 470;

export interface CountryOutline {
  /** ISO 3166-1 alpha-2; empty for what has none. */
  readonly code: string;
  /** Of an SVG `path`. */
  readonly path: string;
}

let made: readonly CountryOutline[] | undefined;

/** Every country of Natural Earth at 1:110 million, in the Equal Earth projection: areas can be compared. */
export function countryOutlines(): readonly CountryOutline[] {
  made ??= outlines();
  return made;
}

function outlines(): readonly CountryOutline[] {
  const topology = atlas as unknown as Topology<{ countries: GeometryCollection }>;
  const world = feature(topology, topology.objects.countries);
  const toPath = geoPath(geoEqualEarth().fitSize([MAP_WIDTH, MAP_HEIGHT], world));
  const alpha2 = new Map(
    (codes as readonly (readonly string[])[]).map(([short = '', , number = '']) => [number, short]),
  );
  return world.features.map((country) => ({
    code: alpha2.get(String(country.id)) ?? '',
    path: toPath(country) ?? '',
  }));
}
