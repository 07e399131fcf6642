import { type Analysis, analyze, type Intel } from '@aegis/analyze';
import { reputationOf } from '@aegis/memory';
import type { Address, Attacker, Session, Timestamp } from '@aegis/model';
import type { Memory } from '@aegis/ports';

/** Analyses sessions with what the attack memory knew of their clients before. */
export async function judge(
  sessions: readonly Session[],
  memory: Memory,
  now: Timestamp,
): Promise<readonly Analysis[]> {
  const attackers = new Map<Address, Attacker | undefined>();
  for (const { client } of sessions) {
    if (!attackers.has(client)) attackers.set(client, await memory.attacker(client));
  }
  const intel: Intel = {
    reputation: (address) => reputationOf(attackers.get(address), now),
    geo: () => ({}),
  };
  const analyses: Analysis[] = [];
  let turnStarted = performance.now();
  for (const session of sessions) {
    analyses.push(analyze(session, intel, now));
    if (performance.now() - turnStarted > TURN_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      turnStarted = performance.now();
    }
  }
  return analyses;
}

/** Analysis gives way to waiting checks after this long. */
const TURN_MS = 5;
