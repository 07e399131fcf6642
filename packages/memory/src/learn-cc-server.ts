import type { Address, Timestamp } from '@aegis/model';
import { type CcServerReport, MEMORY_BOT_LIMIT } from '@aegis/ports';
import type { Witness } from './learn.ts';

/** A command-and-control server that a hunt confirmed. */
export interface CcServerFinding {
  readonly address: Address;
  readonly port: number;
  /** 0-100. */
  readonly score: number;
  readonly confidence: number;
  readonly heartbeatSeconds?: number;
  readonly lastSeen: Timestamp;
  readonly bots: readonly { readonly address: Address; readonly suspicion: number }[];
}

/** A server is reported anew once in this time, or when its bots have doubled; in between, the same report counts once. */
const PERIOD_MS = 3_600_000;

/** What it teaches the attack memory: for each node that sees it, one report an hour and one for each doubling of its bots. */
export function learnCcServer(finding: CcServerFinding, { node }: Witness, blocked: boolean): CcServerReport {
  const { address, port, score, confidence, heartbeatSeconds, lastSeen, bots } = finding;
  return {
    kind: 'cc_server',
    report:
      `cc:${address}:${port}:${node}:${Math.floor(lastSeen / PERIOD_MS)}:${Math.ceil(Math.log2(bots.length + 1))}`.slice(
        0,
        128,
      ),
    node,
    at: lastSeen,
    address,
    port,
    bots: Object.fromEntries(bots.slice(0, MEMORY_BOT_LIMIT).map((bot) => [bot.address, bot.suspicion])),
    score,
    confidence,
    blocked,
    ...(heartbeatSeconds !== undefined && { heartbeatSeconds }),
  };
}
