import type { AgentId, FindingAck, FindingBatch, FindingCounts, NumberedFinding } from '@aegis/fleet';
import type { Clock, Logger } from '@aegis/model';
import type { AgentFindings, AgentReportEntry, Hunt } from '../node/services.ts';
import type { TimedProposal } from '../pipeline/timed-proposal.ts';

export interface FindingIntakeOptions {
  /** Idempotent by the proposals' keys. */
  readonly propose: (proposals: readonly TimedProposal[]) => Promise<void>;
  readonly hunt: Pick<Hunt, 'take'>;
  readonly mostAgents: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A batch as `readFindingBatch` gives it. */
export type ReadBatch = FindingBatch & { readonly refused: number; readonly last: number };

interface Desk {
  buffer: string;
  upto: number;
  busy: boolean;
  counts: FindingCounts;
  refused: number;
  reports: readonly AgentReportEntry[];
  /** Proposals that it may still make, as of a moment of the monotonic clock. */
  allowance: number;
  countedAt: number;
}

/** An agent in a stranger's hands may ban nobody for long, not too surely, and not everybody at once. */
const MOST_CONFIDENCE = 85;
const BURST = 60;
const PROPOSALS_A_MINUTE = 60;
const MOST_REPORTS = 20;
const NONE: FindingCounts = Object.freeze({ made: 0, sent: 0, dropped: 0, held: 0 });

/**
 * Takes in what plugins of agents found: proposals to be decided, flows for the hunt, reports for whoever looks at an
 * agent. A batch is acknowledged once what is in it is kept; what comes again is passed over by its numbers.
 */
export class FindingIntake {
  readonly #options: FindingIntakeOptions;
  readonly #desks: Map<AgentId, Desk> = new Map();

  constructor(options: FindingIntakeOptions) {
    this.#options = options;
  }

  /** Of what was taken in last; undefined where nothing was, or it is another buffer's. */
  ackOf(id: AgentId): FindingAck | undefined {
    const desk = this.#desks.get(id);
    return desk === undefined || desk.upto === 0 ? undefined : { buffer: desk.buffer, upto: desk.upto };
  }

  of(id: AgentId): AgentFindings | undefined {
    const desk = this.#desks.get(id);
    return desk === undefined ? undefined : { ...desk.counts, refused: desk.refused, reports: desk.reports };
  }

  /** Resolves once it may be acknowledged; false where one of this agent's is being taken in, or could not be. */
  async take(id: AgentId, batch: ReadBatch): Promise<boolean> {
    const desk = this.#deskOf(id, batch.buffer);
    desk.counts = batch.counts;
    if (desk.busy) return false;
    desk.busy = true;
    try {
      const fresh = batch.findings.filter(({ sequence }) => sequence > desk.upto);
      await this.#keep(id, desk, fresh);
      if (batch.last > desk.upto) desk.refused += batch.refused;
      desk.upto = Math.max(desk.upto, batch.last);
      return true;
    } catch (error) {
      this.#options.logger.warn(
        { agent: id, error: String(error) },
        'findings of an agent could not be taken in; it sends them again',
      );
      return false;
    } finally {
      desk.busy = false;
    }
  }

  async #keep(id: AgentId, desk: Desk, fresh: readonly NumberedFinding[]): Promise<void> {
    const proposals = fresh.flatMap((numbered) => this.#proposalOf(id, desk, numbered));
    if (proposals.length > 0) await this.#options.propose(proposals);
    const flows = fresh.flatMap(({ finding }) => (finding.kind === 'flows' ? finding.lines : []));
    if (flows.length > 0) await this.#options.hunt.take(`${flows.join('\n')}\n`, 'agent');
    const reports = fresh.flatMap(({ plugin, finding }): readonly AgentReportEntry[] =>
      finding.kind === 'report' ? [{ plugin, at: finding.at, about: finding.about, data: finding.data }] : [],
    );
    desk.reports = [...desk.reports, ...reports].slice(-MOST_REPORTS);
  }

  #proposalOf(
    id: AgentId,
    desk: Desk,
    { sequence, plugin, finding }: NumberedFinding,
  ): readonly TimedProposal[] {
    if (finding.kind !== 'proposal') return [];
    if (!this.#mayPropose(desk)) {
      desk.refused++;
      return [];
    }
    const { at, address, action, durationMs, reason, rule, confidence } = finding;
    return [
      {
        at,
        proposal: {
          key: `agent:${id}:${desk.buffer}:${sequence}`,
          scope: 'ip',
          value: address,
          ...{ action, durationMs, reason },
          origin: 'aegis',
          source: `agent/${plugin}/${rule}`,
          confidence: Math.min(confidence, MOST_CONFIDENCE),
        },
      },
    ];
  }

  #mayPropose(desk: Desk): boolean {
    const now = this.#options.clock.monotonic();
    const earned = ((now - desk.countedAt) / 60_000) * PROPOSALS_A_MINUTE;
    desk.allowance = Math.min(BURST, desk.allowance + earned);
    desk.countedAt = now;
    if (desk.allowance < 1) return false;
    desk.allowance--;
    return true;
  }

  #deskOf(id: AgentId, buffer: string): Desk {
    const known = this.#desks.get(id);
    if (known?.buffer === buffer) return known;
    const { mostAgents, clock } = this.#options;
    const fresh: Desk = {
      ...{ buffer, upto: 0, busy: false, counts: NONE, refused: 0, reports: known?.reports ?? [] },
      ...{ allowance: known?.allowance ?? BURST, countedAt: known?.countedAt ?? clock.monotonic() },
    };
    if (known === undefined && this.#desks.size >= mostAgents)
      for (const oldest of this.#desks.keys()) {
        this.#desks.delete(oldest);
        break;
      }
    this.#desks.set(id, fresh);
    return fresh;
  }
}
