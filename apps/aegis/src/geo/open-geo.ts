import { openMmdbGeo } from '@aegis/geo-mmdb';
import { openRoutesGeo } from '@aegis/geo-routes';
import type { Clock, Logger } from '@aegis/model';
import { combineGeo, type Geo } from '@aegis/ports';
import type { GeoSettings } from '../config/sections/geo-section.ts';

/** All configured sources as one: the routes, then the files, each in the order of the config. */
export async function openGeo(settings: GeoSettings, clock: Clock, logger: Logger): Promise<Geo> {
  const { cache, maxFileBytes: maxBytes, liveRoutes, staleAfterMs } = settings;
  const common = { cache, maxBytes, clock, logger };
  const live = liveRoutes ? { staleAfterMs } : {};
  const members: Geo[] = [];
  for (const path of settings.routes) members.push(await openRoutesGeo({ path, ...common, ...live }));
  for (const path of settings.files) members.push(await openMmdbGeo({ path, ...common }));
  return combineGeo(members);
}
