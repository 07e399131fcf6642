import type { Timestamp } from '@aegis/model';
import type { Alert } from './alert.ts';

/** An alert as it was received. */
export interface KeptAlert {
  readonly id: number;
  readonly machine: string;
  readonly received: Timestamp;
  readonly alert: Alert;
}

/** Which alerts are asked for; all where nothing is said. */
export interface AlertQuery {
  readonly scenario?: string | undefined;
  readonly scope?: string | undefined;
  /** Of the source; an address counts as a value. */
  readonly value?: string | undefined;
  readonly limit: number;
}

/** What may be kept; the oldest go. The audit keeps what was done about them. */
const MOST_ALERTS = 5000;

/** The alerts of late, for those who ask about them. */
export class AlertBook {
  readonly #alerts: Map<number, KeptAlert> = new Map();
  #lastId = 0;

  add(alert: Alert, machine: string, received: Timestamp): KeptAlert {
    const kept: KeptAlert = { id: ++this.#lastId, machine, received, alert };
    this.#alerts.set(kept.id, kept);
    if (this.#alerts.size > MOST_ALERTS) this.#alerts.delete(this.#lastId - MOST_ALERTS);
    return kept;
  }

  get(id: number): KeptAlert | undefined {
    return this.#alerts.get(id);
  }

  /** Newest first. */
  find({ scenario, scope, value, limit }: AlertQuery): readonly KeptAlert[] {
    return [...this.#alerts.values()]
      .filter(
        ({ alert }) =>
          (scenario === undefined || alert.scenario === scenario) &&
          (scope === undefined || alert.source.scope.toLowerCase() === scope.toLowerCase()) &&
          (value === undefined || alert.source.value === value),
      )
      .reverse()
      .slice(0, limit);
  }

  /** How many went. */
  remove(query: Omit<AlertQuery, 'limit'>): number {
    const found = this.find({ ...query, limit: MOST_ALERTS });
    for (const { id } of found) this.#alerts.delete(id);
    return found.length;
  }
}
