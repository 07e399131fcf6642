import type { Session } from '@aegis/model';
import type { ClassesOf, ScenarioEngine } from '@aegis/scenario';
import { proposeScenario } from './propose-scenario.ts';
import type { TimedProposal } from './timed-proposal.ts';

/** Sessions remembered: more than two of the largest batches. */
const REMEMBERED = 20_000;

/**
 * Shows sessions to the scenarios, each one once: a session that comes again, because a later step of its batch
 * failed, must not fill the buckets a second time, and gets the same answer.
 */
export class ScenarioWatch {
  readonly #scenarios: ScenarioEngine;
  readonly #classesOf: ClassesOf;
  /** By session id, the longest known first. */
  readonly #seen = new Map<string, readonly TimedProposal[]>();

  constructor(scenarios: ScenarioEngine, classesOf: ClassesOf) {
    this.#scenarios = scenarios;
    this.#classesOf = classesOf;
  }

  observe(session: Session): readonly TimedProposal[] {
    const before = this.#seen.get(session.id);
    if (before !== undefined) return before;
    const proposals = this.#show(session);
    this.#seen.set(session.id, proposals);
    if (this.#seen.size > REMEMBERED) this.#seen.delete(this.#seen.keys().next().value as string);
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
