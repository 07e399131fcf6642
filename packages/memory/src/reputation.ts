import type { Attacker, Timestamp } from '@aegis/model';

export interface Reputation {
  readonly known: boolean;
  readonly categories: readonly string[];
  /** 0-100, 100 the worst. */
  readonly score: number;
}

/** An attacker is forgotten after this long without a sign of it. */
export const ATTACKER_MEMORY_MS: number = 30 * 86_400_000;
/** The score halves in this time. */
const HALF_LIFE_MS = 7 * 86_400_000;
/** MEDIUM risk and above marks an address as malicious. */
const MALICIOUS_SCORE = 40;

const UNKNOWN: Reputation = Object.freeze({ known: false, categories: [], score: 0 });

/**
 * What its own past says about an address: the highest risk seen, raised by up to 20 for coming back
 * (5 for each doubling of sessions), halved every seven quiet days, nothing after thirty.
 */
export function reputationOf(attacker: Attacker | undefined, now: Timestamp): Reputation {
  if (attacker === undefined) return UNKNOWN;
  const quiet = Math.max(0, now - attacker.lastSeen);
  if (quiet >= ATTACKER_MEMORY_MS) return UNKNOWN;
  const returning = Math.min(20, 5 * Math.log2(Math.max(1, attacker.sessions)));
  const score = Math.round(Math.min(100, attacker.threatScore + returning) * 0.5 ** (quiet / HALF_LIFE_MS));
  return {
    known: attacker.threatScore >= MALICIOUS_SCORE,
    categories: categories(attacker),
    score,
  };
}

function categories({ attackTypes, tools, sessions, nodes }: Attacker): readonly string[] {
  const found = new Set<string>();
  if (tools.length > 0) found.add('automated_scanner');
  if (attackTypes.includes('path_enumeration') || attackTypes.includes('vulnerability_probe'))
    found.add('scanner');
  if (attackTypes.includes('brute_force') || attackTypes.includes('credential_stuffing'))
    found.add('brute_forcer');
  if (attackTypes.includes('malware_download')) found.add('botnet');
  if (sessions > 1) found.add('repeat_offender');
  if (nodes.length > 1) found.add('seen_by_several_nodes');
  return [...found].sort();
}
