import type { Decision, Timestamp } from '@aegis/model';
import type { EnforcerChange } from '@aegis/ports';
import { type Element, elementOf, setName } from './element.ts';

/** An element of a set, with the decisions that want it there. */
export interface HeldElement {
  readonly element: Element;
  readonly set: string;
  readonly decisions: Map<string, Decision>;
  /** When the kernel drops it, as last written; 0 where it is not there. */
  written: Timestamp;
}

/**
 * What stands in the kernel's sets, as far as we put it there. Two decisions on one address are one element, which
 * stays until the later one ends.
 */
export class HeldElements {
  readonly #byDecision: Map<string, HeldElement> = new Map();
  readonly #byKey: Map<string, HeldElement> = new Map();

  /** Those that something was changed about, each once. The decisions are all of a kind that has an element. */
  change(changes: readonly EnforcerChange[]): ReadonlySet<HeldElement> {
    const touched = new Set<HeldElement>();
    for (const change of changes) {
      const id = change.kind === 'enforce' ? change.decision.id : change.id;
      const before = this.#byDecision.get(id);
      if (before !== undefined) {
        before.decisions.delete(id);
        this.#byDecision.delete(id);
        touched.add(before);
      }
      if (change.kind === 'retract') continue;
      const held = this.#heldFor(change.decision);
      held.decisions.set(id, change.decision);
      this.#byDecision.set(id, held);
      touched.add(held);
    }
    return touched;
  }

  get(id: string): Decision | undefined {
    return this.#byDecision.get(id)?.decisions.get(id);
  }

  all(): Iterable<HeldElement> {
    return this.#byKey.values();
  }

  /** Decisions that have not ended, ordered by id. */
  decisions(now: Timestamp): readonly Decision[] {
    const found: Decision[] = [];
    for (const { decisions } of this.#byKey.values()) {
      for (const decision of decisions.values()) if (decision.expires > now) found.push(decision);
    }
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get size(): number {
    return this.#byDecision.size;
  }

  /** Forgets what ended before this. */
  prune(before: Timestamp): void {
    for (const [key, { decisions, written }] of this.#byKey) {
      for (const [id, { expires }] of decisions) {
        if (expires > before) continue;
        decisions.delete(id);
        this.#byDecision.delete(id);
      }
      if (decisions.size === 0 && written <= before) this.#byKey.delete(key);
    }
  }

  #heldFor(decision: Decision): HeldElement {
    const element = elementOf(decision) as Element;
    const set = setName(element);
    const key = `${set} ${element.address}`;
    let held = this.#byKey.get(key);
    if (held === undefined) {
      held = { element, set, decisions: new Map(), written: 0 };
      this.#byKey.set(key, held);
    }
    return held;
  }
}

/** When the last of the decisions on it ends; 0 where there is none. */
export function endOf({ decisions }: HeldElement): Timestamp {
  let end = 0;
  for (const { expires } of decisions.values()) end = Math.max(end, expires);
  return end;
}
