import { createHash } from 'node:crypto';
import type { Address, SessionRecord, Timestamp, UserAgentInfo } from '@aegis/model';
import type { MemoryReport, PatternLikeness } from '@aegis/ports';
import { overlapWith, signaturesOf } from './signatures.ts';

export interface Witness {
  readonly node: string;
  readonly region: string;
}

/** Sessions below this risk teach nothing about attackers (LOW starts at 20). */
const NOTEWORTHY_RISK = 20;

/**
 * What one evaluated session teaches the attack memory. `candidates` are the known patterns that share a
 * signature with it; it joins the one most like it, or founds a new one. Reports are named after the session,
 * so that a session learned twice counts once. `signatures` are those of the record, where the caller has them.
 */
export function learn(
  record: SessionRecord,
  candidates: readonly PatternLikeness[],
  witness: Witness,
  signatures: readonly string[] = signaturesOf(record),
): readonly MemoryReport[] {
  const at = Date.parse(record.end_time);
  const address = record.peer_ip as Address;
  const reports: MemoryReport[] = [];
  if (record.risk_score >= NOTEWORTHY_RISK) {
    reports.push({
      kind: 'attacker',
      report: `attacker:${record.sess_uuid}`,
      node: witness.node,
      at,
      address,
      threatScore: record.risk_score,
      attackTypes: record.attack_types,
      tools: toolsOf(record.user_agent_info),
    });
  }
  const attackType = record.attack_patterns.techniques[0];
  if (attackType !== undefined) {
    reports.push({
      kind: 'pattern',
      report: `pattern:${record.sess_uuid}`,
      node: witness.node,
      at,
      pattern: mostAlike(signatures, candidates)?.id ?? newPatternId(signatures, at),
      attackType,
      signatures,
      source: address,
      severity: Math.max(1, Math.round(record.risk_breakdown.severity.score / 10)),
      region: witness.region,
      blocked: record.recommendations.includes('block_ip_immediately'),
    });
  }
  return reports;
}

/** Programs made or lent for attacks: what a browser, a crawler or a feed reader calls itself says nothing. */
function toolsOf({ kind, tool_name: name }: UserAgentInfo): readonly string[] {
  return name !== undefined && (kind === 'security_tool' || kind === 'library') ? [name] : [];
}

/** The one above half alike that is most alike; of equals the first by id, so that every node chooses the same. */
export function mostAlike(
  signatures: readonly string[],
  candidates: readonly PatternLikeness[],
): PatternLikeness | undefined {
  const overlapOf = overlapWith(signatures);
  let best: PatternLikeness | undefined;
  let bestOverlap = 0.5;
  for (const candidate of candidates) {
    const { length } = candidate.signatures;
    // Sets of so different sizes cannot be more alike than the best.
    const most = Math.min(length, signatures.length) / Math.max(length, signatures.length);
    if (most < bestOverlap || most <= 0.5) continue;
    const overlap = overlapOf(candidate.signatures);
    if (overlap > bestOverlap || (overlap === bestOverlap && best !== undefined && candidate.id < best.id)) {
      best = candidate;
      bestOverlap = overlap;
    }
  }
  return best;
}

/**
 * Made of the signatures, so that two nodes that meet a new pattern at once give it one name. 48 bits: two among a
 * million patterns meet by chance once in 500 times.
 */
function newPatternId(signatures: readonly string[], at: Timestamp): string {
  const digest = createHash('sha256').update(signatures.join('\n')).digest('hex').slice(0, 12).toUpperCase();
  return `ATK-${new Date(at).getUTCFullYear()}-${digest}`;
}
