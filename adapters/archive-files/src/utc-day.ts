import type { Timestamp } from '@aegis/model';
import type { TimeRange } from '@aegis/ports';

const DAY_MS = 86_400_000;

/** A UTC day as `2026-10-27`. */
export function dayOf(at: Timestamp): string {
  return new Date(at).toISOString().slice(0, -14);
}

export function rangeOfDay(day: string): Required<TimeRange> {
  const from = Date.parse(`${day}T00:00:00Z`);
  return { from, to: from + DAY_MS };
}
