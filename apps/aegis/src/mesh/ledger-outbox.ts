import {
  type ClockSkew,
  type Message,
  type PolicyUpdate,
  type SharedStep,
  sendingDelay,
  writeDefenseAction,
} from '@aegis/mesh';
import type { Clock, Logger, Random } from '@aegis/model';
import type { DecisionEvent, Ledger, PolicyVersion, Registry } from '@aegis/ports';
import { standingAfter } from '../decisions/decision-step.ts';
import { isFromMesh } from '../decisions/plan-received.ts';
import { backoffMs, pause } from '../pipeline/backoff.ts';
import { OWN_POLICIES } from '../policy/policy-body.ts';
import type { MeshSender, Outgoing } from './mesh-sender.ts';

export interface LedgerOutboxOptions {
  readonly ledger: Ledger;
  readonly registry: Registry;
  readonly sender: MeshSender;
  readonly skew: ClockSkew;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly onState: (trouble: string) => void;
}

/** Where the journal has been told up to. */
const POSITION_KEY = 'mesh/outbox';
const PAGE = 100;
/** How often the ledger is asked unbidden: another process may write to it too. */
const IDLE_MS = 1_000;
/** How often the position is kept: what is told again after a crash is known to the others. */
const KEEP_MS = 1_000;
/** A policy is told to whoever joins this much later, s. */
const POLICY_RETAINED_S = 365 * 86_400;

/**
 * Tells the mesh what this node decided, by following the journal of the ledger: nothing is told that is not kept,
 * and what could not be told waits there, in order, for as long as it takes.
 */
export class LedgerOutbox {
  readonly #options: LedgerOutboxOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #position = 0;
  #kept = 0;
  #keptAt = 0;
  #sentAt = Number.NEGATIVE_INFINITY;
  #woken = Promise.withResolvers<void>();

  constructor(options: LedgerOutboxOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const entry = await this.#options.registry.get(POSITION_KEY);
    this.#position = this.#kept = Number(entry?.value ?? 0);
    this.#running = this.#run();
  }

  /** Something was written. */
  wake(): void {
    this.#woken.resolve();
  }

  /** Tells everything again that is still in force: the bus has lost it. */
  rewind(): void {
    this.#position = 0;
    this.wake();
  }

  /** Ends at once; what was not told is told after the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.wake();
    await this.#running;
    await this.#keepPosition(true).catch(() => {});
  }

  async #run(): Promise<void> {
    const { random, logger, onState, clock } = this.#options;
    const { signal } = this.#stop;
    for (let failures = 0; !signal.aborted; ) {
      this.#woken = Promise.withResolvers<void>();
      const began = this.#position;
      try {
        const told = await this.#tellPage();
        onState('');
        failures = 0;
        await this.#keepPosition(false);
        if (told || this.#position !== began) continue;
        await Promise.race([this.#woken.promise, pause(IDLE_MS, signal)]);
        await pause(sendingDelay(1, clock.monotonic() - this.#sentAt), signal);
      } catch (error) {
        if (signal.aborted) break;
        const why = error instanceof Error ? error.message : String(error);
        onState(why);
        if (failures === 0) logger.warn({ error: why }, 'the mesh cannot be told; it will be, in order');
        await pause(backoffMs(Math.min(failures++, 5), random), signal);
      }
    }
  }

  /** Whether there was anything. The position moves past a page once all of it is told. */
  async #tellPage(): Promise<boolean> {
    const { ledger, sender, clock } = this.#options;
    const began = this.#position;
    const page = await ledger.journal(began, PAGE);
    const last = page.at(-1);
    if (last === undefined) return false;
    const { signal } = this.#stop;
    const actions: Outgoing[] = [];
    const policies: Outgoing[] = [];
    for (const entry of page) {
      if (entry.kind === 'decision') actions.push(...(await this.#action(entry)));
      if (entry.kind === 'policy') policies.push(...this.#policy(entry));
    }
    if (actions.length > 0) await sender.send('defense_action', actions, signal);
    const latest = policies.at(-1);
    if (latest !== undefined) await sender.send('policy_update', [latest], signal);
    if (actions.length + policies.length > 0) this.#sentAt = clock.monotonic();
    // Unless it was rewound meanwhile.
    if (this.#position === began) this.#position = last.number;
    return true;
  }

  async #action({ record }: { readonly record?: DecisionEvent }): Promise<readonly Outgoing[]> {
    if (record === undefined || isFromMesh(record)) return [];
    const { skew, clock } = this.#options;
    const step = await this.#sharedStep(record);
    if (step === undefined || step.decision.expires <= clock.now()) return [];
    const data = writeDefenseAction(step, skew);
    return [{ message: { type: 'defense_action', data }, name: data.step_id, until: data.expiry }];
  }

  async #sharedStep(event: DecisionEvent): Promise<SharedStep | undefined> {
    const { id, at, by, kind } = event;
    if (event.kind === 'made')
      return { step: 'made', id, at, by, reason: event.decision.reason, decision: event.decision };
    const standing = standingAfter(await this.#options.ledger.decisionHistory(event.decisionId));
    return standing && { step: kind, id, at, by, reason: event.reason, decision: standing.decision };
  }

  #policy({ record }: { readonly record?: PolicyVersion }): readonly Outgoing[] {
    if (record?.name !== OWN_POLICIES || isFromMesh({ by: record.author })) return [];
    const { skew } = this.#options;
    const { at, author, reason, body } = record;
    const data: PolicyUpdate = {
      kind: 'policy',
      at: skew.toMesh(at),
      author,
      reason: reason.slice(0, 1_000),
      body,
    };
    const message: Message = { type: 'policy_update', data };
    return [{ message, name: 'policy', until: data.at + POLICY_RETAINED_S }];
  }

  async #keepPosition(now: boolean): Promise<void> {
    const { registry, clock } = this.#options;
    const at = clock.monotonic();
    if (this.#kept === this.#position || (!now && at - this.#keptAt < KEEP_MS)) return;
    const position = this.#position;
    await registry.put(POSITION_KEY, String(position));
    this.#kept = position;
    this.#keptAt = at;
  }
}
