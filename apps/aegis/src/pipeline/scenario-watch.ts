import type { Session } from '@aegis/model';
import type { ClassesOf, ScenarioEngine } from '@aegis/scenario';
import { proposeScenario } from './propose-scenario.ts';
import type { TimedProposal } from './timed-proposal.ts';

/** Sessions remembered at least: two of the largest batches. At most twice as many. */
const REMEMBERED = 20_000;
const NOTHING: readonly TimedProposal[] = Object.freeze([]);

/**
 * Shows sessions to the scenarios, each one once: a session that comes again, because a later step of its batch
 * failed, must not fill the buckets a second time, and gets the same answer.
 */
export class ScenarioWatch {
  readonly #scenarios: ScenarioEngine;
  readonly #classesOf: ClassesOf;
  /** By session id. The older generation goes as a whole once the younger is full. */
  #young = new Map<string, readonly TimedProposal[]>();
  #old: ReadonlyMap<string, readonly TimedProposal[]> = new Map();

  constructor(scenarios: ScenarioEngine, classesOf: ClassesOf) {
    this.#scenarios = scenarios;
    this.#classesOf = classesOf;
  }

  observe(session: Session): readonly TimedProposal[] {
    const before = this.#young.get(session.id) ?? this.#old.get(session.id);
    if (before !== undefined) return before;
    const proposals = this.#show(session);
    if (this.#young.size === REMEMBERED) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(session.id, proposals.length === 0 ? NOTHING : proposals);
    return proposals;
  }

  #show({ id, client, observations }: Session): readonly TimedProposal[] {
    const proposals: TimedProposal[] = [];
    for (const event of observations)
      for (const alert of this.#scenarios.observe({ client, event, classes: () => this.#classesOf(event) }))
        for (const proposal of proposeScenario(alert, id)) proposals.push({ proposal, at: event.at });
    return proposals;
  }
}
