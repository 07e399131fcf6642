import type { AttackType, Pattern } from '@aegis/model';
import type { PatternReport } from '@aegis/ports';
import { kept, leaving } from './bounded-set.ts';
import { registerText, registerValues } from './register.ts';
import type { SubjectKind } from './subject.ts';

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour));

export const PATTERNS: SubjectKind<PatternReport, Pattern> = {
  collection: 'attacks',
  identify: ({ pattern }) => ({ _id: pattern }),
  change: (reports) => ({
    add: {
      occurrence_count: reports.length,
      global_blocks: reports.filter(({ blocked }) => blocked).length,
      ...hours(reports),
    },
    least: {
      first_seen: Math.min(...reports.map(({ at }) => at)),
      // What the earliest report says it is, and where.
      named_by: reports
        .map(({ at, report, attackType, region }) => registerText(at, report, [attackType, region]))
        .reduce((a, b) => (Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0 ? a : b)),
    },
    greatest: {
      last_seen: Math.max(...reports.map(({ at }) => at)),
      severity: Math.max(...reports.map(({ severity }) => severity)),
    },
    join: {
      signatures: reports.flatMap(({ signatures }) => signatures),
      source_ips: reports.map(({ source }) => source),
      target_ports: reports.flatMap(({ port }) => port ?? []),
      reported_by_nodes: reports.map(({ node }) => node),
    },
  }),
  excess: ({ signatures, source_ips, target_ports, reported_by_nodes }) => ({
    leave: leaving({ signatures, source_ips, target_ports, reported_by_nodes }),
    fields: [],
  }),
  read: (document) => {
    const [attackType, region] = registerValues(document.named_by, 2) as [AttackType, string];
    return {
      id: document._id,
      attackType,
      signatures: kept(document.signatures),
      firstSeen: document.first_seen,
      lastSeen: document.last_seen,
      occurrences: document.occurrence_count,
      sources: kept(document.source_ips),
      ports: kept(document.target_ports),
      severity: document.severity,
      hours: HOURS.map((hour) => document.hourly_profile?.[hour] ?? 0),
      blocks: document.global_blocks,
      nodes: kept(document.reported_by_nodes),
      region,
    };
  },
  order: { last_seen: -1, _id: 1 },
};

function hours(reports: readonly PatternReport[]): Readonly<Record<string, number>> {
  const counts = Map.groupBy(reports, ({ at }) => new Date(at).getUTCHours());
  return Object.fromEntries(
    [...counts].map(([hour, ofIt]) => [`hourly_profile.${hour}`, ofIt.length] as const),
  );
}
