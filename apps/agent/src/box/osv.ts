import { z } from 'zod';
import { compareVersions, type InstalledPackage } from './dpkg.ts';

/** A record of the OSV schema 1.6 (ossf.github.io/osv-schema), as far as packages are matched by it. */
export interface OsvRecord {
  readonly id: string;
  readonly withdrawn?: string | undefined;
  readonly affected: readonly {
    readonly package: { readonly ecosystem: string; readonly name: string };
    readonly versions: readonly string[];
    readonly ranges: readonly { readonly type: string; readonly events: readonly OsvEvent[] }[];
  }[];
}

interface OsvEvent {
  readonly introduced?: string | undefined;
  readonly fixed?: string | undefined;
  readonly last_affected?: string | undefined;
}

export const OsvRecord: z.ZodType<OsvRecord> = z.object({
  id: z.string().max(128),
  withdrawn: z.string().optional(),
  affected: z
    .array(
      z.object({
        package: z.object({ ecosystem: z.string(), name: z.string() }),
        versions: z.array(z.string()).default([]),
        ranges: z
          .array(
            z.object({
              type: z.string(),
              events: z.array(
                z.object({
                  introduced: z.string().optional(),
                  fixed: z.string().optional(),
                  last_affected: z.string().optional(),
                }),
              ),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});

export interface VulnerablePackage extends InstalledPackage {
  readonly id: string;
}

/** Installed packages that records of an ecosystem (`Debian:12`; `Debian` is every release) tell of. */
export function vulnerable(
  packages: readonly InstalledPackage[],
  records: readonly OsvRecord[],
  ecosystem: string,
): readonly VulnerablePackage[] {
  const installed = Map.groupBy(packages, ({ name }) => name);
  return records.flatMap(({ id, withdrawn, affected }) =>
    withdrawn !== undefined
      ? []
      : affected
          .filter(({ package: { ecosystem: of } }) => of === ecosystem || of === ecosystem.split(':')[0])
          .flatMap(({ package: { name }, versions, ranges }) =>
            (installed.get(name) ?? [])
              .filter(
                ({ version }) =>
                  versions.includes(version) ||
                  ranges.some(({ type, events }) => type === 'ECOSYSTEM' && isWithin(version, events)),
              )
              .map((each) => ({ ...each, id })),
          ),
  );
}

/** The evaluation of the specification: of the events in order, the last one at or before the version decides. */
function isWithin(version: string, events: readonly OsvEvent[]): boolean {
  const steps = events
    .flatMap(({ introduced, fixed, last_affected }): readonly [string, 'in' | 'out' | 'after'][] => [
      ...(introduced === undefined ? [] : [[introduced, 'in'] as [string, 'in']]),
      ...(fixed === undefined ? [] : [[fixed, 'out'] as [string, 'out']]),
      ...(last_affected === undefined ? [] : [[last_affected, 'after'] as [string, 'after']]),
    ])
    .sort(([a], [b]) => (a === '0' ? -1 : b === '0' ? 1 : compareVersions(a, b)));
  let isIn = false;
  for (const [bound, kind] of steps) {
    const order = bound === '0' ? 1 : compareVersions(version, bound);
    if (kind === 'in' && order >= 0) isIn = true;
    if (kind === 'out' && order >= 0) isIn = false;
    if (kind === 'after' && order > 0) isIn = false;
  }
  return isIn;
}
