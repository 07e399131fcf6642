import type { Decision, Logger, Random } from '@aegis/model';
import type { Bus, Enforcer, EnforcerChange, Subscription } from '@aegis/ports';
import type { Part } from '../node/lifecycle.ts';
import type { DecisionChange } from '../node/services.ts';
import { backoffMs, pause } from '../pipeline/backoff.ts';
import { DECISIONS_TOPIC } from './decision-service.ts';

export interface EnforcementOptions {
  readonly enforcer: Enforcer;
  readonly bus: Bus;
  /** Everything in force now. */
  readonly inForce: () => Iterable<Decision>;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Keeps one enforcer in step with the decisions in force: all of them at the start, then each change. After a
 * failure, or changes that were missed, everything is laid anew.
 */
export class Enforcement implements Part {
  readonly name: string;
  readonly #options: EnforcementOptions;
  readonly #stop = new AbortController();
  #subscription: Subscription | undefined;
  #trouble = '';

  constructor(options: EnforcementOptions) {
    this.#options = options;
    this.name = `enforcer ${options.enforcer.name}`;
  }

  /** Empty when it works; otherwise what keeps it from working, in words. */
  get trouble(): string {
    return this.#trouble;
  }

  async start(): Promise<void> {
    const { bus } = this.#options;
    let missed = true;
    this.#subscription = await bus.subscribe(
      DECISIONS_TOPIC,
      async ({ payload }) => {
        if (missed) {
          missed = false;
          await this.#layAnew();
        } else await this.#follow(JSON.parse(payload) as DecisionChange);
      },
      {
        onGap: () => {
          missed = true;
        },
      },
    );
    missed = false;
    await this.#layAnew();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#subscription?.close();
    await this.#options.enforcer.close();
  }

  async #follow({ kind, decision }: DecisionChange): Promise<void> {
    const { enforcer } = this.#options;
    if (!enforcer.supports(decision)) return;
    const change: EnforcerChange =
      kind === 'lifted' ? { kind: 'retract', id: decision.id } : { kind: 'enforce', decision };
    try {
      await enforcer.apply([change]);
    } catch (error) {
      this.#fail(error);
      await this.#layAnew();
    }
  }

  async #layAnew(): Promise<void> {
    const { enforcer, inForce, random } = this.#options;
    for (let failures = 0; !this.#stop.signal.aborted; failures++) {
      try {
        const wanted = [...inForce()].filter((decision) => enforcer.supports(decision));
        const keep = new Set(wanted.map(({ id }) => id));
        const gone = (await enforcer.list()).filter(({ id }) => !keep.has(id));
        await enforcer.apply([
          ...gone.map(({ id }): EnforcerChange => ({ kind: 'retract', id })),
          ...wanted.map((decision): EnforcerChange => ({ kind: 'enforce', decision })),
        ]);
        this.#trouble = '';
        return;
      } catch (error) {
        this.#fail(error);
        await pause(backoffMs(failures, random), this.#stop.signal);
      }
    }
  }

  #fail(error: unknown): void {
    this.#trouble = error instanceof Error ? error.message : String(error);
    this.#options.logger.error(
      { enforcer: this.#options.enforcer.name, error: this.#trouble },
      'decisions could not be enforced; trying again',
    );
  }
}
