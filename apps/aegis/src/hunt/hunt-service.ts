import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Candidate, type FlowFormat, proposeBan } from '@aegis/hunt';
import { learnCcServer, type Witness } from '@aegis/memory';
import { type Address, AegisError, type Clock, type Logger, type Prefix, type Result } from '@aegis/model';
import type { Memory } from '@aegis/ports';
import type { HuntSettings } from '../config/sections/hunt-section.ts';
import type { Metrics } from '../node/metrics.ts';
import type { Hunt } from '../node/services.ts';
import type { TimedProposal } from '../pipeline/timed-proposal.ts';
import type { HuntAnswers, HuntAsk, HuntStatus } from './hunt-message.ts';
import { HuntThreadHandle } from './hunt-thread-handle.ts';
import type { FlowsTaken } from './live-hunt.ts';

export interface HuntServiceOptions {
  /** Where flows are kept. */
  readonly folder: string;
  readonly settings: HuntSettings;
  readonly propose: (proposals: readonly TimedProposal[]) => Promise<void>;
  readonly isBlocked: (address: Address) => boolean;
  readonly memory: Memory;
  readonly witness: Witness;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
}

const NOTHING: HuntStatus = {
  flows: 0,
  unlooked: 0,
  refused: 0,
  pairs: 0,
  clients: 0,
  bytes: 0,
  candidates: 0,
};
/** A thread that ends is not started again sooner. */
const REST_MS = 10_000;
const CLOSE_MS = 30_000;
const TRY_AGAIN_MS = 5_000;

/**
 * The hunt of a node: flows go to a thread, and what it confirms becomes a proposal and is remembered. The thread
 * is started with the first flows.
 */
export class HuntService implements Hunt {
  readonly name = 'hunt';
  trouble = '';
  readonly #options: HuntServiceOptions;
  #thread: HuntThreadHandle | undefined;
  #endedAt = Number.NEGATIVE_INFINITY;
  #following: Promise<void> = Promise.resolve();
  readonly #stopping: AbortController = new AbortController();

  constructor(options: HuntServiceOptions) {
    this.#options = options;
  }

  get allowed(): readonly Prefix[] {
    return this.#options.settings.allow;
  }

  start(): void {
    if (existsSync(this.#options.folder)) this.#running();
  }

  async stop(): Promise<void> {
    const thread = this.#thread;
    if (thread === undefined) return;
    const late = AbortSignal.timeout(CLOSE_MS);
    const patience = new Promise<void>((resolve) => late.addEventListener('abort', () => resolve()));
    const closed = thread.ask({ kind: 'close' }).catch(() => undefined);
    await Promise.race([closed, patience]);
    await thread.end();
    this.#stopping.abort();
    await this.#following;
  }

  async take(text: string, format?: FlowFormat): Promise<Result<FlowsTaken, string>> {
    const taken = await this.#ask({ kind: 'take', text, format });
    if (taken.ok) this.#options.metrics.huntFlows.inc(taken.value.taken);
    return taken;
  }

  async status(): Promise<HuntStatus> {
    return this.#thread === undefined ? NOTHING : this.#ask({ kind: 'status' });
  }

  async candidates(leastScore: number, most: number): Promise<readonly Candidate[]> {
    return this.#thread === undefined ? [] : this.#ask({ kind: 'candidates', leastScore, most });
  }

  async candidatesAt(address: string): Promise<readonly Candidate[]> {
    return this.#thread === undefined ? [] : this.#ask({ kind: 'candidates_at', address });
  }

  #ask<A extends HuntAsk>(ask: A): Promise<HuntAnswers[A['kind']]> {
    return this.#running().ask(ask);
  }

  #running(): HuntThreadHandle {
    const { folder, settings, metrics, clock, logger } = this.#options;
    if (this.#thread !== undefined) return this.#thread;
    if (clock.monotonic() - this.#endedAt < REST_MS)
      throw new AegisError('hunt_unavailable', `the hunt is started again soon; ${this.trouble}`);
    const { windowMs, everyMs, mostPairs, allow: allowed } = settings;
    const thread = new HuntThreadHandle(
      { folder, windowMs, everyMs, mostPairs, allowed },
      (message) => {
        if (message.kind === 'confirmed') this.#follow(message.candidates);
        else {
          metrics.huntPairs.set(message.status.pairs);
          metrics.huntLookSeconds.observe((message.status.lookMs ?? 0) / 1_000);
        }
      },
      (why) => {
        this.#thread = undefined;
        this.#endedAt = clock.monotonic();
        this.trouble = `its thread ended: ${why}`;
        logger.warn({ why }, 'the thread of the hunt ended');
      },
    );
    this.trouble = '';
    this.#thread = thread;
    return thread;
  }

  /** One after the other, so that they arrive in the order in which they were confirmed. */
  #follow(candidates: readonly Candidate[]): void {
    this.#following = this.#following.then(() => this.#learn(candidates));
  }

  async #learn(candidates: readonly Candidate[]): Promise<void> {
    const { propose, isBlocked, memory, witness, metrics, logger } = this.#options;
    for (const { address, port, score, bots } of candidates)
      logger.info({ address, port, score, bots: bots.length }, 'a C&C server is confirmed');
    metrics.huntConfirmed.inc(candidates.length);
    // Both are idempotent; a ledger that is away must not make the node forget what it found.
    for (const { signal } = this.#stopping; ; ) {
      try {
        await propose(
          candidates.map((candidate) => ({ proposal: proposeBan(candidate), at: candidate.lastSeen })),
        );
        await memory.report(
          candidates.map((candidate) => learnCcServer(candidate, witness, isBlocked(candidate.address))),
        );
        return;
      } catch (error) {
        if (signal.aborted) return;
        logger.error(
          { error: String(error) },
          'what the hunt confirmed could not be kept; it is tried again',
        );
        await sleep(TRY_AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}
