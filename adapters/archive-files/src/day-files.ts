import type { SessionRecord } from '@aegis/model';

/** What an archive writes: one JSON object a line, one JSON array, or no session files at all. */
export type ArchiveFormat = 'jsonl' | 'json' | 'database';

/** The score from which a session is also in `high_risk_sessions`. */
const HIGH_RISK_SCORE = 70;

/** A file of a day that repeats some of its sessions; it can be made again from `sessions`. */
export interface CopyFile {
  readonly name: 'high_risk_sessions' | 'alerts';
  readonly holds: (record: SessionRecord) => boolean;
}

export const COPY_FILES: readonly CopyFile[] = [
  { name: 'high_risk_sessions', holds: ({ risk_score }) => risk_score >= HIGH_RISK_SCORE },
  { name: 'alerts', holds: ({ threat_level }) => threat_level === 'HIGH' || threat_level === 'CRITICAL' },
];

export function dayFile(day: string, name: CopyFile['name'] | 'sessions', format: 'jsonl' | 'json'): string {
  return `sessions/${day}/${name}.${format}`;
}

/** What a path says: `sessions/2025-10-27/alerts.2.jsonl.zst` is a part of `sessions/2025-10-27/alerts.jsonl`. */
export function plainPath(path: string): string {
  return path.replace(/^(sessions\/[^/]+\/\w+)(\.\d+)?\.(jsonl?)(\.zst)?$/, '$1.$3');
}

/** The name of the n-th compressed part of a file, from 1. */
export function partPath(plain: string, n: number): string {
  return n === 1 ? `${plain}.zst` : plain.replace(/\.(jsonl?)$/, `.${n}.$1.zst`);
}
