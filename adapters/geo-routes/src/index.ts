export { openRoutesGeo, type RoutesGeoOptions } from './routes-geo.ts';
