import { rememberingRecognition } from '@aegis/analyze';
import type { Logger } from '@aegis/model';
import { type ClassesOf, type Rule, ScenarioEngine, type Sighting } from '@aegis/scenario';
import { pause } from '../pipeline/backoff.ts';
import { classesWith } from '../pipeline/classes-with.ts';
import { proposeScenario } from '../pipeline/propose-scenario.ts';
import type { TimedProposal } from '../pipeline/timed-proposal.ts';

export interface ScenarioEyeOptions {
  readonly rules: readonly Rule[];
  readonly maxBuckets: number;
  /** Idempotent by the proposals' keys. */
  readonly propose: (proposals: readonly TimedProposal[]) => Promise<void>;
  /** Told of each alert, for metrics. */
  readonly onAlert: (rule: string) => void;
  readonly logger: Logger;
}

/** Proposals that may wait while decisions cannot be made; more are dropped, and said to be. */
const MOST_WAITING = 10_000;
const RETRY_MS = 1_000;

/**
 * Looks at one source of events as they happen. What it sees becomes decisions at once: no session has to end
 * first. Every source has an eye of its own, so that a request seen in a mirror and in a log counts once in each.
 */
export class ScenarioEye {
  /** Its buckets. */
  readonly scenarios: ScenarioEngine;
  readonly #classesOf: ClassesOf;
  readonly #options: ScenarioEyeOptions;
  readonly #stop = new AbortController();
  #waiting: TimedProposal[] = [];
  #sending: Promise<void> | undefined;

  constructor(options: ScenarioEyeOptions) {
    this.#options = options;
    this.scenarios = new ScenarioEngine(options.rules, { maxBuckets: options.maxBuckets });
    this.#classesOf = classesWith(rememberingRecognition());
  }

  observe(seen: Pick<Sighting, 'event' | 'client'>): void {
    const { event } = seen;
    for (const alert of this.scenarios.observe({ ...seen, classes: () => this.#classesOf(event) })) {
      this.#options.onAlert(alert.rule.name);
      this.#options.logger.info(
        { rule: alert.rule.name, who: alert.source.map(({ value }) => value), why: alert.why },
        'a scenario fired',
      );
      for (const proposal of proposeScenario(alert)) this.#propose({ proposal, at: event.at });
    }
  }

  /** Resolves once what it saw has become decisions, or cannot any more. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#sending;
  }

  #propose(proposal: TimedProposal): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#options.logger.warn(
        { key: proposal.proposal.key },
        'too many proposals wait; this one is dropped',
      );
      return;
    }
    this.#waiting.push(proposal);
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
  }

  async #send(): Promise<void> {
    const { propose, logger } = this.#options;
    const { signal } = this.#stop;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await propose(batch);
      } catch (error) {
        logger.warn(
          { error: String(error), proposals: batch.length },
          'scenarios cannot propose; trying again',
        );
        if (signal.aborted) return;
        this.#waiting = [...batch, ...this.#waiting];
        await pause(RETRY_MS, signal);
      }
    }
  }
}
