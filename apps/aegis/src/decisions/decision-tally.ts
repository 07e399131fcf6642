import type { Decision } from '@aegis/model';
import type { Gauge } from 'prom-client';
import type { DecisionChange } from '../node/services.ts';

/** Whoever imports decisions names their origin as they like: others than these are counted together. */
const ORIGINS: ReadonlySet<string> = new Set([
  'aegis',
  'operator',
  'crowdsec',
  'mesh',
  'import',
  'cscli',
  'lists',
]);

/** Keeps count of the decisions in force, by who made them and what they are about, without looking through them. */
export class DecisionTally {
  readonly #gauge: Gauge;

  constructor(gauge: Gauge) {
    this.#gauge = gauge;
  }

  /** These are in force and no others. */
  restart(decisions: Iterable<Decision>): void {
    this.#gauge.reset();
    for (const decision of decisions) this.#gauge.inc(labelsOf(decision));
  }

  /** To be told of each change once it took effect. */
  follow(changes: readonly DecisionChange[]): void {
    for (const { kind, decision } of changes) {
      if (kind === 'made') this.#gauge.inc(labelsOf(decision));
      if (kind === 'lifted') this.ended(decision);
    }
  }

  ended(decision: Decision): void {
    this.#gauge.dec(labelsOf(decision));
  }
}

function labelsOf({ origin, scope }: Decision): { readonly origin: string; readonly scope: string } {
  // Decisions of other nodes name them: `mesh:edge-2`.
  const [kind = ''] = origin.split(':', 1);
  return { origin: ORIGINS.has(kind) ? kind : 'other', scope };
}
