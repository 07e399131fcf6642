import type { StandingPeriod } from '@aegis/decide';
import { AegisError } from '@aegis/model';
import type { ApiClient } from '../client/index.ts';
import type { DecisionDocument, StandingDocument } from '../http/documents/decision-document.ts';

export interface RecordedDecisionsOptions {
  readonly client: Pick<ApiClient, 'listDecisions'>;
  /** `then`: all that ever stood, each in its time. `now`: those in force. */
  readonly which: 'then' | 'now';
  readonly onDecisions?: (count: number) => void;
}

const PAGE = 500;

/** More would not fit in memory with what a simulation needs of each. */
const MOST = 1_000_000;

/**
 * The decisions of a node's ledger with the time each stood, in order of time. One that was extended stood from
 * its beginning to its last end. Throws AegisError `bad_simulation` where there are too many.
 */
export async function recordedDecisions({
  client,
  which,
  onDecisions,
}: RecordedDecisionsOptions): Promise<readonly StandingPeriod[]> {
  const periods: StandingPeriod[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listDecisions({
      limit: PAGE,
      in_force: which === 'now',
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const standing of page.decisions) periods.push(periodOf(standing, which));
    if (periods.length > MOST) {
      const message = `the ledger has more than ${MOST} decisions, too many to replay; use --decisions now`;
      throw new AegisError('bad_simulation', message);
    }
    onDecisions?.(periods.length);
    cursor = page.next;
  } while (cursor !== undefined);
  return periods.sort((a, b) => a.from - b.from);
}

function periodOf({ decision: document, lifted }: StandingDocument, which: 'then' | 'now'): StandingPeriod {
  const decision = decisionOf(document);
  const until = lifted === undefined ? decision.expires : Math.min(decision.expires, Date.parse(lifted.at));
  return { decision, from: which === 'now' ? Number.NEGATIVE_INFINITY : decision.created, until };
}

function decisionOf({ session, ...document }: DecisionDocument): StandingPeriod['decision'] {
  return {
    ...document,
    created: Date.parse(document.created),
    expires: Date.parse(document.expires),
    ...(session !== undefined && { session }),
  };
}
