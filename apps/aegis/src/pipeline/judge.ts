import { type Analysis, analyze, type Intel } from '@aegis/analyze';
import { type Reputation, reputationOf } from '@aegis/memory';
import type { Address, Clock, Session, SessionRecord } from '@aegis/model';
import type { Memory } from '@aegis/ports';

export interface JudgeDependencies {
  readonly memory: Memory;
  readonly clock: Clock;
}

/** Analysis gives way to waiting checks after this long. */
const TURN_MS = 5;

/**
 * Analyses sessions with what the attack memory knew of their clients before. One that is `stored` already is
 * judged as it was then, so that doing it again after a crash gives the same: by now the memory may hold the
 * session itself against its client.
 */
export async function judge(
  sessions: readonly Session[],
  stored: ReadonlyMap<string, SessionRecord>,
  { memory, clock }: JudgeDependencies,
): Promise<readonly Analysis[]> {
  const known = new Map<Address, Reputation>();
  for (const { id, client } of sessions) {
    if (!stored.has(id) && !known.has(client))
      known.set(client, reputationOf(await memory.attacker(client), clock.now()));
  }
  const analyses: Analysis[] = [];
  let turnStarted = clock.monotonic();
  for (const session of sessions) {
    const before = stored.get(session.id);
    analyses.push(
      before === undefined
        ? analyze(session, intelOf(known.get(session.client)), clock.now())
        : analyze(session, intelOf(reputationThen(before)), Date.parse(before.processed_at)),
    );
    if (clock.monotonic() - turnStarted > TURN_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      turnStarted = clock.monotonic();
    }
  }
  return analyses;
}

function intelOf(reputation: Reputation = reputationOf(undefined, 0)): Intel {
  return { reputation: () => reputation, geo: () => ({}) };
}

function reputationThen({ threat_intelligence: intelligence }: SessionRecord): Reputation {
  return {
    known: intelligence.is_known_malicious,
    categories: intelligence.threat_categories,
    score: intelligence.reputation_score,
  };
}
