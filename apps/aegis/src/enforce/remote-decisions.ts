import { createLocalBus } from '@aegis/bus-local';
import type { Clock, Decision, Logger, Random } from '@aegis/model';
import type { Bus } from '@aegis/ports';
import type { FollowedEvent } from '../client/index.ts';
import { DECISIONS_TOPIC } from '../decisions/decision-service.ts';
import type { DecisionChange } from '../node/services.ts';
import { backoffMs, pause } from '../pipeline/backoff.ts';

export interface RemoteDecisionsOptions {
  /** One connection to the node. */
  readonly follow: (ask: {
    readonly after: string | undefined;
    readonly signal: AbortSignal;
    readonly onLife: () => void;
  }) => AsyncIterable<FollowedEvent>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** A connection that is silent for longer is dropped, ms; default 60,000. */
  readonly silenceMs?: number;
}

/**
 * The decisions in force on a node elsewhere, kept in step over its event stream, with their changes on a bus of
 * this process. When the node is away, what was known last stays in force until it expires.
 */
export class RemoteDecisions {
  readonly bus: Bus = createLocalBus();
  readonly #options: RemoteDecisionsOptions;
  readonly #known: Map<string, Decision> = new Map();
  readonly #stop = new AbortController();
  #work: Promise<void> = Promise.resolve();
  #after: string | undefined;
  #connected = false;

  constructor(options: RemoteDecisionsOptions) {
    this.#options = options;
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Resolves once all that is in force is known. Rejects where the first connection fails; then it is stopped. */
  async start(): Promise<void> {
    const ready = Promise.withResolvers<void>();
    this.#work = this.#keepFollowing(ready);
    try {
      await ready.promise;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#work;
    await this.bus.close();
  }

  *inForce(): IterableIterator<Decision> {
    const now = this.#options.clock.now();
    for (const [id, decision] of this.#known) {
      if (decision.expires > now) yield decision;
      else this.#known.delete(id);
    }
  }

  async #keepFollowing(ready: PromiseWithResolvers<void>): Promise<void> {
    const { random, logger } = this.#options;
    const stop = this.#stop.signal;
    for (let failures = 0; !stop.aborted; failures++) {
      try {
        await this.#followOnce(() => {
          failures = 0;
          ready.resolve();
        });
      } catch (error) {
        if (stop.aborted) break;
        ready.reject(error);
        const why = error instanceof Error ? error.message : String(error);
        logger.warn({ error: why }, 'the node cannot be followed; what it decided last stays in force');
      }
      this.#connected = false;
      await pause(backoffMs(failures, random), stop);
    }
  }

  async #followOnce(onReady: () => void): Promise<void> {
    const { follow, silenceMs = 60_000 } = this.#options;
    const silence = new AbortController();
    const signal = AbortSignal.any([silence.signal, this.#stop.signal]);
    const late = setTimeout(() => silence.abort(new Error('the node has fallen silent')), silenceMs);
    /** Where everything is told anew: what is told, to be compared with what is known. */
    const snapshot = this.#after === undefined ? new Map<string, Decision>() : undefined;
    let complete = snapshot === undefined;
    try {
      for await (const event of follow({ after: this.#after, signal, onLife: () => late.refresh() })) {
        if (event.kind === 'resync') {
          this.#after = undefined;
          return;
        }
        if (event.kind === 'ready') {
          if (snapshot !== undefined) await this.#replace(snapshot);
          complete = true;
          this.#connected = true;
          onReady();
        } else if (!complete) {
          snapshot?.set(event.decision.id, event.decision);
          continue;
        } else await this.#tell(event.kind, event.decision);
        this.#after = event.id;
      }
    } finally {
      clearTimeout(late);
    }
  }

  async #replace(snapshot: ReadonlyMap<string, Decision>): Promise<void> {
    for (const decision of [...this.#known.values()])
      if (!snapshot.has(decision.id)) await this.#tell('lifted', decision);
    for (const decision of snapshot.values())
      if (this.#known.get(decision.id)?.expires !== decision.expires) await this.#tell('made', decision);
  }

  async #tell(kind: DecisionChange['kind'], decision: Decision): Promise<void> {
    if (kind === 'lifted') this.#known.delete(decision.id);
    else this.#known.set(decision.id, decision);
    await this.bus.publish(DECISIONS_TOPIC, JSON.stringify({ kind, decision }));
  }
}
