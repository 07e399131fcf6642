import type { Decision, Scope, Timestamp } from '@aegis/model';
import type { DecisionFilter } from './decision-filter.ts';
import { isForBouncers } from './lapi-decision.ts';

export interface DecisionLogOptions {
  /** Every decision in force. */
  readonly inForce: () => Iterable<Decision>;
  /** Those about exactly this, ended ones perhaps among them. */
  readonly on: (scope: Scope, value: string) => readonly Decision[];
  /** Changes that are remembered at most; default 250,000. Whoever is further behind reads everything again. */
  readonly capacity?: number;
}

/** What a bouncer has to do to be in step. */
export interface Delta {
  readonly added: readonly Decision[];
  /** About which there is nothing any more, of the kind and filter asked for. */
  readonly gone: readonly Decision[];
}

/**
 * Which targets changed in what order. What is told of one is how it stands now, so that reading the same stretch
 * twice does no harm: a bouncer whose last answer was lost is given it again.
 */
export class DecisionLog {
  readonly #options: DecisionLogOptions;
  readonly #capacity: number;
  /** The decision of each change; the first one is change number `#forgotten + 1`. */
  #changes: Decision[] = [];
  #forgotten = 0;
  /** The number of the last change about each target and action. */
  readonly #latest: Map<string, number> = new Map();

  constructor(options: DecisionLogOptions) {
    this.#options = options;
    this.#capacity = options.capacity ?? 250_000;
  }

  /** Where the log is now. */
  get position(): number {
    return this.#forgotten + this.#changes.length;
  }

  /** Made, extended, lifted or expired. */
  touch(decision: Decision): void {
    if (!isForBouncers(decision)) return;
    this.#changes.push(decision);
    this.#latest.set(keyOf(decision), this.position);
    if (this.#changes.length > this.#capacity) this.#forgetHalf();
  }

  /** Everything in force, the longest of each target and action, for one who knows nothing. */
  everything(wanted: DecisionFilter, now: Timestamp): Delta {
    const longest = new Map<string, Decision>();
    for (const decision of this.#options.inForce())
      if (decision.expires > now && isForBouncers(decision) && wanted(decision))
        keepLonger(longest, decision);
    return { added: [...longest.values()], gone: [] };
  }

  /** What changed after `position`; undefined where that is forgotten. */
  since(position: number, wanted: DecisionFilter, now: Timestamp): Delta | undefined {
    if (position < this.#forgotten || position > this.position) return undefined;
    const added: Decision[] = [];
    const gone: Decision[] = [];
    for (let number = position + 1; number <= this.position; number++) {
      const decision = this.#changes[number - this.#forgotten - 1] as Decision;
      // What came after about the same target tells of this one too.
      if (this.#latest.get(keyOf(decision)) !== number) continue;
      const standing = new Map<string, Decision>();
      for (const other of this.#options.on(decision.scope, decision.value))
        if (
          other.scope === decision.scope &&
          other.action === decision.action &&
          other.expires > now &&
          wanted(other)
        )
          keepLonger(standing, other);
      if (standing.size > 0) added.push(...standing.values());
      else if (wanted(decision)) gone.push(decision);
    }
    return { added, gone };
  }

  sinceOrEverything(position: number | undefined, wanted: DecisionFilter, now: Timestamp): Delta {
    const changed = position === undefined ? undefined : this.since(position, wanted, now);
    return changed ?? this.everything(wanted, now);
  }

  /** Half at once, so that forgetting costs little a change. */
  #forgetHalf(): void {
    const half = this.#changes.length >> 1;
    for (const decision of this.#changes.slice(0, half)) {
      const key = keyOf(decision);
      if ((this.#latest.get(key) ?? 0) <= this.#forgotten + half) this.#latest.delete(key);
    }
    this.#changes = this.#changes.slice(half);
    this.#forgotten += half;
  }
}

function keepLonger(longest: Map<string, Decision>, decision: Decision): void {
  const key = keyOf(decision);
  const before = longest.get(key);
  if (before === undefined || before.expires < decision.expires) longest.set(key, decision);
}

function keyOf({ scope, action, value }: Decision): string {
  return `${scope} ${action} ${value}`;
}
