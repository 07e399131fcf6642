import { type DecisionAsk, type DecisionNews, type DecisionPage, PAGE_SIZE } from '@aegis/fleet';
import type { Clock, Decision } from '@aegis/model';
import type { DecisionChange } from '../node/services.ts';

export interface DecisionTellerOptions {
  /** Tells the numbers of this process from those of the one before. */
  readonly boot: string;
  /** What was decided and is in force; feeds have far too much for a host. */
  readonly inForce: () => Iterable<Decision>;
  /** Whether the policy in force lets enforcers have a decision. */
  readonly enforces: (decision: Decision) => boolean;
  readonly clock: Clock;
}

/** Changes remembered: an agent that is further behind is given the whole list. */
const REMEMBERED = 4_096;
/** Of the whole list; the ones that are to last longest. */
const MOST_DECISIONS = 50_000;

/** Bans of addresses and networks, for agents: numbered changes, and the whole list in pages. */
export class DecisionTeller {
  readonly #options: DecisionTellerOptions;
  readonly #changes: DecisionChange[] = [];
  #last = 0;
  #policies = 0;
  /** The whole list, made once for all who ask while nothing changes. */
  #list: { readonly last: number; readonly decisions: readonly Decision[] } | undefined;

  constructor(options: DecisionTellerOptions) {
    this.#options = options;
  }

  get news(): DecisionNews {
    return { epoch: `${this.#options.boot}-${this.#policies}`, last: this.#last };
  }

  /** Whether it concerns agents. */
  push(change: DecisionChange): boolean {
    if (!isForHosts(change.decision)) return false;
    this.#last++;
    this.#changes[this.#last % REMEMBERED] = change;
    return true;
  }

  /** Another policy may let other decisions be enforced: everyone asks for the whole list. */
  pushPolicy(): void {
    this.#policies++;
    this.#list = undefined;
  }

  answer({ epoch, after, from }: DecisionAsk): DecisionPage {
    const { epoch: ours, last } = this.news;
    const isKept = epoch === ours && after <= last && last - after <= REMEMBERED;
    return isKept && from === undefined
      ? this.#changesAfter(after)
      : this.#listFrom(isKept ? (from ?? '') : '', after);
  }

  #changesAfter(after: number): DecisionPage {
    const next = Math.min(this.#last, after + PAGE_SIZE);
    const enforce = new Map<string, Decision>();
    const retract = new Set<string>();
    for (let number = after + 1; number <= next; number++) {
      const { kind, decision } = this.#changes[number % REMEMBERED] as DecisionChange;
      if (kind !== 'lifted' && this.#options.enforces(decision)) {
        enforce.set(decision.id, decision);
        retract.delete(decision.id);
      } else {
        enforce.delete(decision.id);
        retract.add(decision.id);
      }
    }
    const { epoch } = this.news;
    return {
      ...{ epoch, next, whole: false, more: next < this.#last },
      ...{ enforce: [...enforce.values()], retract: [...retract] },
    };
  }

  /** Pages go by id; what changes while they are asked for is told by the changes after the first page's number. */
  #listFrom(from: string, after: number): DecisionPage {
    const decisions = this.#wholeList();
    const start = decisions.findIndex(({ id }) => id > from);
    const page = start < 0 ? [] : decisions.slice(start, start + PAGE_SIZE);
    const more = start >= 0 && start + PAGE_SIZE < decisions.length;
    const next = from === '' ? (this.#list?.last ?? this.#last) : after;
    return { epoch: this.news.epoch, next, whole: true, more, enforce: page, retract: [] };
  }

  #wholeList(): readonly Decision[] {
    if (this.#list?.last === this.#last) return this.#list.decisions;
    const { inForce, enforces, clock } = this.#options;
    const now = clock.now();
    const wanted = [...inForce()].filter(
      (decision) => isForHosts(decision) && decision.expires > now && enforces(decision),
    );
    if (wanted.length > MOST_DECISIONS) {
      wanted.sort((a, b) => b.expires - a.expires);
      wanted.length = MOST_DECISIONS;
    }
    const decisions = wanted.sort((a, b) => (a.id < b.id ? -1 : 1));
    this.#list = { last: this.#last, decisions };
    return decisions;
  }
}

/** What a packet filter can carry out. */
function isForHosts({ scope, action }: Decision): boolean {
  return action === 'ban' && (scope === 'ip' || scope === 'range');
}
