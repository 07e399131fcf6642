import type { Priority, ThreatLevel } from '@aegis/model';
import type { EnrichedSession } from '../enrich/enriched-session.ts';

/** The least score of each level. */
const LEVELS: readonly (readonly [level: ThreatLevel, from: number])[] = [
  ['CRITICAL', 90],
  ['HIGH', 70],
  ['MEDIUM', 40],
  ['LOW', 20],
  ['INFO', 0],
];

const HOUR = 3_600;
const RESPOND_WITHIN: Readonly<Record<ThreatLevel, number | undefined>> = {
  CRITICAL: 0,
  HIGH: HOUR,
  MEDIUM: 4 * HOUR,
  LOW: 24 * HOUR,
  INFO: undefined,
};

export function threatLevel(score: number): ThreatLevel {
  return LEVELS.find(([, from]) => score >= from)?.[0] ?? 'INFO';
}

/** HIGH is P1 with proof that something was exploited or tried in earnest, else P2. */
export function priorityOf(level: ThreatLevel, exploited: boolean): Priority {
  switch (level) {
    case 'CRITICAL':
      return 'P1';
    case 'HIGH':
      return exploited ? 'P1' : 'P2';
    case 'MEDIUM':
      return 'P3';
    case 'LOW':
      return 'P4';
    case 'INFO':
      return 'P5';
  }
}

/** Seconds; undefined where nothing need be done. */
export function respondWithin(level: ThreatLevel): number | undefined {
  return RESPOND_WITHIN[level];
}

/** What a finding must be to count as exploitation. */
const EXPLOIT_DANGER = 65;
const EXPLOIT_CONFIDENCE = 80;

/** Whether a session holds a payload or a deed that would do harm, and surely was meant to. */
export function exploitationEvidence(enriched: EnrichedSession): boolean {
  return enriched.findings.some(
    (finding) => finding.danger >= EXPLOIT_DANGER && finding.confidence >= EXPLOIT_CONFIDENCE,
  );
}
