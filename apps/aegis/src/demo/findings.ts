import type { SessionStats } from '@aegis/ports';
import type { ApiClient } from '../client/index.ts';
import type { StandingDocument } from '../http/documents/decision-document.ts';
import type { Recording } from './recording.ts';
import { type Verification, verify } from './verify.ts';

/** Everything the demo has to tell. */
export interface Findings {
  readonly stats: SessionStats;
  readonly decisions: readonly StandingDocument[];
  readonly verification: Verification;
}

/** Asks the API as anybody could. */
export async function gather(recording: Recording, client: ApiClient): Promise<Findings> {
  const stats = await client.stats();
  const decisions: StandingDocument[] = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await client.listDecisions({ limit: 500, ...(cursor === undefined ? {} : { cursor }) });
    decisions.push(...page.decisions);
    cursor = page.next;
    more = cursor !== undefined;
  }
  return { stats, decisions, verification: await verify(recording, client) };
}

/** What `--json` prints. */
export function demoReport(
  { stats, decisions, verification }: Findings,
  seconds: number,
): Readonly<Record<string, unknown>> {
  return {
    sessions: stats.sessions,
    by_level: stats.by_level,
    decisions: decisions.length,
    refused_verified: verification.refused.length,
    ordinary_verified: verification.passing.length,
    ordinary_refused: verification.wronged.length,
    seconds: Math.round(seconds * 10) / 10,
  };
}
