import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { type PluginDefinition, type PluginHost, runPlugin } from '@aegis/agent-plugin';
import { z } from 'zod';
import { type InstalledPackage, parseDpkgStatus } from './dpkg.ts';
import { OsvRecord, vulnerable } from './osv.ts';
import { AbsolutePath, durationBetween } from './settings.ts';

interface PackagesSettings {
  readonly status: string;
  /** JSON lines or an array of OSV records; empty: nothing is matched. */
  readonly osv: string;
  readonly ecosystem: string;
  readonly every: number;
}

const LARGEST_STATUS = 33_554_432;
/** As much as a plugin of the default limits can hold. */
const LARGEST_OSV = 16_777_216;
const MOST_TOLD = 300;

/** Tells which packages are installed, when that is something else than before, and which are known to be vulnerable. */
export const packages: PluginDefinition<PackagesSettings> = {
  settings: z.strictObject({
    status: AbsolutePath.default('/var/lib/dpkg/status'),
    osv: AbsolutePath.or(z.literal('')).default(''),
    ecosystem: z.string().max(64).default('Debian'),
    every: durationBetween('1h', '1s', '7d'),
  }),
  async run(host) {
    const { settings, signal, ready, health, keep, pause } = host;
    let told = host.state;
    ready();
    while (!signal.aborted) {
      try {
        const installed = parseDpkgStatus(bounded(settings.status, LARGEST_STATUS));
        const known = settings.osv === '' ? '' : bounded(settings.osv, LARGEST_OSV);
        const digest = createHash('sha256').update(JSON.stringify(installed)).update(known).digest('hex');
        if (digest !== told) {
          tell(host, installed, known);
          keep(digest);
          told = digest;
        }
        health(true, `${installed.length} packages`);
      } catch (error) {
        health(false, (error as Error).message);
      }
      await pause(settings.every);
    }
  },
};

export function runPackages(): Promise<void> {
  return runPlugin(packages);
}

/** In reports of a bounded size, numbered. */
function tell(
  { settings, find, log }: PluginHost<PackagesSettings>,
  installed: readonly InstalledPackage[],
  known: string,
): void {
  const at = Date.now();
  const parts = Math.max(1, Math.ceil(installed.length / MOST_TOLD));
  for (let part = 0; part < parts; part++) {
    const here = installed.slice(part * MOST_TOLD, (part + 1) * MOST_TOLD);
    const data = { part: part + 1, parts, packages: here.map(({ name, version }) => `${name} ${version}`) };
    find({ kind: 'report', at, about: 'packages', data });
  }
  if (known === '') return;
  const { records, bad } = readOsv(known);
  if (bad > 0) log('warn', `${bad} records of ${settings.osv} are none of OSV`);
  const found = vulnerable(installed, records, settings.ecosystem);
  const data = {
    count: found.length,
    packages: found.slice(0, MOST_TOLD).map(({ id, name, version }) => `${id} ${name} ${version}`),
  };
  find({ kind: 'report', at, about: 'packages_vulnerable', data });
}

function readOsv(text: string): { readonly records: readonly OsvRecord[]; readonly bad: number } {
  const written = text.trimStart().startsWith('[')
    ? (JSON.parse(text) as readonly unknown[])
    : text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [JSON.parse(line) as unknown]));
  const records = written.flatMap((each) => OsvRecord.safeParse(each).data ?? []);
  return { records, bad: written.length - records.length };
}

function bounded(path: string, most: number): string {
  const { size } = statSync(path);
  if (size > most) throw new Error(`${path} has ${size} bytes; at most ${most} are read`);
  return readFileSync(path, 'utf8');
}
