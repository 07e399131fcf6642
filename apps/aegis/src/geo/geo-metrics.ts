import type { Geo } from '@aegis/ports';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Metrics of the geo files, read from them when they are asked for. Files are as many as the config names. */
export function measureGeo(geo: Geo, registry: Registry): void {
  const about = { labelNames: ['file'] as const, registers: [registry] };
  new Gauge({
    name: 'aegis_geo_build_timestamp_seconds',
    help: 'When what answers was built by its maker; 0 where nothing answers',
    ...about,
    collect() {
      for (const { path, inForce } of geo.sources())
        this.set({ file: path }, inForce === undefined ? 0 : inForce.built / 1000);
    },
  });
  new Gauge({
    name: 'aegis_geo_bytes',
    help: 'Memory of what answers',
    ...about,
    collect() {
      for (const { path, inForce } of geo.sources()) this.set({ file: path }, inForce?.bytes ?? 0);
    },
  });
  new Gauge({
    name: 'aegis_geo_trouble',
    help: '1 where what answers is not what lies at the path',
    ...about,
    collect() {
      for (const { path, trouble } of geo.sources()) this.set({ file: path }, trouble === '' ? 0 : 1);
    },
  });
  new Counter({
    name: 'aegis_geo_loads_total',
    help: 'Builds taken into force',
    ...about,
    collect() {
      this.reset();
      for (const { path, loads } of geo.sources()) this.inc({ file: path }, loads);
    },
  });
  new Counter({
    name: 'aegis_geo_refused_loads_total',
    help: 'Versions of a file that could not be used',
    ...about,
    collect() {
      this.reset();
      for (const { path, refusals } of geo.sources()) this.inc({ file: path }, refusals);
    },
  });
}
