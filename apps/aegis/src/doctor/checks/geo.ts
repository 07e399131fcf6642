import { resolve } from 'node:path';
import { silentLogger } from '@aegis/model';
import type { GeoSource } from '@aegis/ports';
import { formatTime } from '../../cli/frame/format.ts';
import { openGeo } from '../../geo/open-geo.ts';
import { type Check, type Finding, fail, type NodeContext, ok, warn } from '../check.ts';

/** Address blocks change hands; publishers renew their files every week or month. */
const OLD_MS = 60 * 86_400_000;

export const geo: Check<NodeContext> = {
  name: 'geo',
  async run({ config, cwd, clock }) {
    const files = config.geo.files.map((file) => resolve(cwd, file));
    const routes = config.geo.routes.map((file) => resolve(cwd, file));
    if (files.length + routes.length === 0)
      return ok('no geo files: decisions on countries and autonomous systems need what callers say');
    const opened = await openGeo({ ...config.geo, files, routes }, clock, silentLogger);
    try {
      return opened.sources().flatMap((source) => findingsOn(source, clock.now()));
    } finally {
      await opened.close();
    }
  },
};

function findingsOn({ path, trouble, inForce }: GeoSource, now: number): readonly Finding[] {
  if (inForce === undefined) return fail(trouble, 'put a good file there, or take it out of the geo section');
  const { type, built, entries } = inForce;
  const what = `${path}: ${type} of ${formatTime(built)}, ${entries.toLocaleString('en')} entries`;
  return now - built > OLD_MS
    ? warn(what, 'it is old: fetch a newer one, and let it be fetched often')
    : ok(what);
}
