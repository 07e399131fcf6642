import { type ClockSkew, Corroboration, type Message, type ThreatIntel } from '@aegis/mesh';
import { Address, type Proposal, type ThreatLevel } from '@aegis/model';
import type { TimedProposal } from '../pipeline/timed-proposal.ts';

export interface SuspicionsOptions {
  readonly node: string;
  readonly minConfidence: () => number;
  readonly maxInfluence: number;
  readonly skew: ClockSkew;
}

/** Suspicions older than this count no more. */
const WINDOW_MS = 3_600_000;
const MOST = 50_000;

/**
 * What no node is sure enough of alone. A proposal that is below the least confidence is told to the others; when
 * several nodes suspect one address of the same, every node comes to the same decision by itself, so that it need
 * not be told.
 */
export class Suspicions {
  readonly #options: SuspicionsOptions;
  readonly #corroboration: Corroboration;

  constructor(options: SuspicionsOptions) {
    this.#options = options;
    const { maxInfluence: mostOfOne } = options;
    this.#corroboration = new Corroboration({ mostOfOne, windowMs: WINDOW_MS, most: MOST });
  }

  /** Of proposals of this node: what to tell, and what has become sure by them. */
  own(proposals: readonly TimedProposal[]): {
    readonly tell: readonly Message[];
    readonly propose: readonly TimedProposal[];
  } {
    const { node, skew, minConfidence } = this.#options;
    const least = minConfidence();
    const tell: Message[] = [];
    const propose: TimedProposal[] = [];
    for (const { proposal, at } of proposals) {
      if (proposal.scope !== 'ip' || proposal.confidence >= least || proposal.confidence <= 0) continue;
      const data = intelOf(proposal, skew.toMesh(at));
      tell.push({ type: 'threat_intel_update', data });
      propose.push(...this.heard(data, node));
    }
    return { tell, propose };
  }

  /** What has become sure by what a node suspects. */
  heard(data: ThreatIntel, node: string): readonly TimedProposal[] {
    const { skew, minConfidence } = this.#options;
    const address = Address.parse(data.ip);
    if (!address.ok || data.action === 'allow') return [];
    const indicator = `${address.value} ${data.action}`;
    const at = skew.toOwn(data.seen);
    const { confidence, nodes } = this.#corroboration.report(indicator, node, data.confidence, at);
    if (nodes.length < 2 || confidence < minConfidence()) return [];
    const proposal: Proposal = {
      key: `mesh:${indicator}:${nodes.join(',')}`,
      scope: 'ip',
      value: address.value,
      action: data.action,
      durationMs: data.duration * 1_000,
      reason: `suspected by ${nodes.length} nodes: ${data.reason}`.slice(0, 1_000),
      origin: 'mesh',
      source: nodes.join(', ').slice(0, 256),
      confidence: Math.min(100, confidence),
    };
    return [{ proposal, at }];
  }
}

function intelOf(proposal: Proposal, seen: number): ThreatIntel {
  return {
    ip: proposal.value,
    threat_level: levelOf(proposal.confidence),
    attack_type: proposal.source.slice(0, 128) || 'unknown',
    action: proposal.action,
    confidence: proposal.confidence,
    reason: proposal.reason.slice(0, 900),
    duration: proposal.durationMs / 1_000,
    seen,
  };
}

function levelOf(confidence: number): ThreatLevel {
  if (confidence >= 80) return 'HIGH';
  return confidence >= 40 ? 'MEDIUM' : 'LOW';
}
