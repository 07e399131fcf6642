import type { DecisionAsk, DecisionNews, DecisionPage } from '@aegis/fleet';
import type { Clock, Decision } from '@aegis/model';

/** Decisions kept at most; a server sends no more than this either. */
const MOST = 50_000;

/**
 * The bans that hold for this host, in step with the server: {@link next} is what to ask for, answers come to
 * {@link take}. While no server answers, what is known holds until it expires.
 */
export class EnforcementList {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  #decisions: Map<string, Decision> = new Map();
  /** Amid a whole list: what came so far. */
  #pending: Map<string, Decision> | undefined;
  #epoch = '';
  #after = 0;
  #from: string | undefined;

  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  next(): DecisionAsk {
    return {
      epoch: this.#epoch,
      after: this.#after,
      ...(this.#from !== undefined && { from: this.#from }),
    };
  }

  isBehind({ epoch, last }: DecisionNews): boolean {
    return epoch !== this.#epoch || last > this.#after;
  }

  /** Whether to ask on at once. */
  take(page: DecisionPage): boolean {
    if (page.whole) this.#takeWhole(page);
    else {
      for (const id of page.retract) this.#decisions.delete(id);
      for (const decision of page.enforce)
        if (this.#decisions.size < MOST) this.#decisions.set(decision.id, decision);
      this.#epoch = page.epoch;
      this.#after = page.next;
      this.#pending = undefined;
      this.#from = undefined;
    }
    if (this.#pending === undefined) this.#onChange();
    return page.more;
  }

  inForce(): readonly Decision[] {
    const now = this.#clock.now();
    for (const [id, { expires }] of this.#decisions) if (expires <= now) this.#decisions.delete(id);
    return [...this.#decisions.values()];
  }

  #takeWhole({ epoch, next, more, enforce }: DecisionPage): void {
    if (this.#pending === undefined || epoch !== this.#epoch || next !== this.#after)
      this.#pending = new Map();
    for (const decision of enforce) if (this.#pending.size < MOST) this.#pending.set(decision.id, decision);
    this.#epoch = epoch;
    this.#after = next;
    this.#from = more ? enforce.at(-1)?.id : undefined;
    if (more) return;
    this.#decisions = this.#pending;
    this.#pending = undefined;
  }
}
