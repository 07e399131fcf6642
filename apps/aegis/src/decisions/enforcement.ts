import type { Decision, Logger, Random } from '@aegis/model';
import type { Bus, Enforcer, EnforcerChange, Subscription } from '@aegis/ports';
import type { Part } from '../node/lifecycle.ts';
import type { DecisionChange, Listed } from '../node/services.ts';
import { backoffMs, pause } from '../pipeline/backoff.ts';
import { POLICY_TOPIC } from '../policy/policies.ts';
import { DECISIONS_TOPIC } from './decision-service.ts';

export interface EnforcementOptions {
  readonly enforcer: Enforcer;
  readonly bus: Bus;
  /** Everything in force now. */
  readonly inForce: () => Iterable<Decision>;
  /** Tells of changes that are not on the bus: of what feeds list. Returns the way to stop. */
  readonly onListed?: Listed['onChange'];
  /** Whether the policy in force lets enforcers have a decision. */
  readonly enforces: (decision: Decision) => boolean;
  /** Told of decisions that were made and are enforced now; not of those that are laid anew. */
  readonly onEnforced?: (decisions: readonly Decision[]) => void;
  readonly random: Random;
  readonly logger: Logger;
}

/** Changes that are applied together at most. */
const BATCH = 1000;

/**
 * Keeps one enforcer in step with the decisions in force: all of them at the start, then each change; those that come
 * while one is applied go together. After a failure, changes that were missed, or another policy, everything is laid
 * anew. Decisions that the policy withholds from enforcers, of strategies that only watch or on what is protected by
 * now, are not among them. An enforcer that is away keeps nothing else from working; it is tried again until it is
 * back.
 */
export class Enforcement implements Part {
  readonly name: string;
  readonly #options: EnforcementOptions;
  readonly #stop = new AbortController();
  #subscriptions: readonly Subscription[] = [];
  #stopListed: () => void = () => {};
  /** What is being done with the enforcer: one thing after the other. */
  #work: Promise<void> = Promise.resolve();
  #missed = true;
  readonly #waiting: DecisionChange[] = [];
  #trouble = '';

  constructor(options: EnforcementOptions) {
    this.#options = options;
    this.name = `enforcer ${options.enforcer.name}`;
  }

  /** Empty when it works; otherwise what keeps it from working, in words. */
  get trouble(): string {
    return this.#trouble;
  }

  /** Resolves once everything in force is enforced, or was tried in vain once. */
  async start(): Promise<void> {
    const tried = Promise.withResolvers<void>();
    this.#work = this.#layAnew(tried.resolve);
    // Changes that come while everything is laid wait their turn; applying one again does no harm.
    const { bus, onListed } = this.#options;
    if (onListed !== undefined) this.#stopListed = onListed((changes) => this.#next(changes));
    const onGap = (): void => {
      this.#missed = true;
    };
    this.#subscriptions = [
      await bus.subscribe(
        DECISIONS_TOPIC,
        ({ payload }) => this.#next([JSON.parse(payload) as DecisionChange]),
        { onGap },
      ),
      await bus.subscribe(POLICY_TOPIC, () => this.#realign(), { onGap }),
    ];
    await tried.promise;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#stopListed();
    for (const subscription of this.#subscriptions) await subscription.close();
    await this.#work;
    await this.#options.enforcer.close();
  }

  /** Not waited for, so that the next change can join it. */
  #next(changes: readonly DecisionChange[]): void {
    const isIdle = this.#waiting.length === 0;
    this.#waiting.push(...changes);
    if (!isIdle) return;
    this.#work = this.#work.then(() => this.#followWaiting());
  }

  #realign(): void {
    this.#work = this.#work.then(() => this.#layAnew());
  }

  async #followWaiting(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#stop.signal.aborted) {
      const changes = this.#waiting.splice(0, BATCH);
      await (this.#missed ? this.#layAnew() : this.#follow(changes));
    }
  }

  async #follow(changes: readonly DecisionChange[]): Promise<void> {
    const { enforcer, enforces, onEnforced } = this.#options;
    const wanted = changes
      .filter(({ decision }) => enforcer.supports(decision))
      .map(({ kind, decision }): EnforcerChange => {
        const holds = kind !== 'lifted' && enforces(decision);
        return holds ? { kind: 'enforce', decision } : retraction(decision);
      });
    if (wanted.length === 0) return;
    try {
      await enforcer.apply(wanted);
      onEnforced?.(changes.flatMap(({ kind, decision }) => (kind === 'made' ? [decision] : [])));
    } catch (error) {
      this.#fail(error);
      await this.#layAnew();
    }
  }

  /** Tries until it succeeds or the end. */
  async #layAnew(onTried: () => void = () => {}): Promise<void> {
    const { enforcer, inForce, enforces, random } = this.#options;
    for (let failures = 0; !this.#stop.signal.aborted; failures++) {
      try {
        // Before the look at what is in force: a gap that shows after it counts.
        this.#missed = false;
        const enforced = await enforcer.list();
        const wanted = [...inForce()].filter((decision) => enforcer.supports(decision) && enforces(decision));
        const keep = new Set(wanted.map(({ id }) => id));
        await enforcer.apply([
          ...enforced.filter(({ id }) => !keep.has(id)).map(retraction),
          ...wanted.map((decision): EnforcerChange => ({ kind: 'enforce', decision })),
        ]);
        this.#trouble = '';
        break;
      } catch (error) {
        this.#fail(error);
        onTried();
        await pause(backoffMs(failures, random), this.#stop.signal);
      }
    }
    onTried();
  }

  #fail(error: unknown): void {
    this.#trouble = error instanceof Error ? error.message : String(error);
    this.#options.logger.error(
      { enforcer: this.#options.enforcer.name, error: this.#trouble },
      'decisions could not be enforced; trying again',
    );
  }
}

function retraction({ id }: Decision): EnforcerChange {
  return { kind: 'retract', id };
}
