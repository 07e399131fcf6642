import { AegisError, type Clock, type Decision } from '@aegis/model';
import type { Enforcer, EnforcerChange } from '@aegis/ports';

export interface MemoryEnforcerOptions {
  readonly clock: Clock;
}

/** Remembers every decision of any scope and harms nobody: the reference for the others, and the dry run. */
export function createMemoryEnforcer({ clock }: MemoryEnforcerOptions): Enforcer {
  return new MemoryEnforcer(clock);
}

class MemoryEnforcer implements Enforcer {
  readonly name = 'memory';
  readonly #clock: Clock;
  readonly #decisions = new Map<string, Decision>();
  /** How many were left when the expired ones were last dropped. */
  #pruned = 0;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  supports(): boolean {
    return true;
  }

  // Nothing below awaits between its changes, so that no caller can see half a batch.

  async apply(changes: readonly EnforcerChange[]): Promise<void> {
    this.#refuseClosed();
    for (const change of changes) {
      if (change.kind === 'enforce') this.#decisions.set(change.decision.id, change.decision);
      else this.#decisions.delete(change.id);
    }
    // Doubling since the last time makes the cost of dropping constant per decision.
    if (this.#decisions.size > 2 * this.#pruned + 1000) this.#dropExpired();
  }

  async list(): Promise<readonly Decision[]> {
    this.#refuseClosed();
    this.#dropExpired();
    return [...this.#decisions.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async clear(): Promise<void> {
    this.#refuseClosed();
    this.#decisions.clear();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#decisions.clear();
  }

  #dropExpired(): void {
    const now = this.#clock.now();
    for (const [id, { expires }] of this.#decisions) if (expires <= now) this.#decisions.delete(id);
    this.#pruned = this.#decisions.size;
  }

  #refuseClosed(): void {
    if (this.#closed) throw new AegisError('enforcer_unavailable', 'the memory enforcer is closed');
  }
}
