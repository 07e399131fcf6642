import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkPolicy, type DecisionEngine, type Reload } from '@aegis/decide';
import { Decision, serverSentEvents } from '@aegis/model';

export interface FollowerOptions {
  /** `http://127.0.0.1:8411`. */
  readonly node: string;
  /** Of the role `enforcer`. */
  readonly key: string;
  readonly engine: DecisionEngine;
  /** Told when the node cannot be followed, and why. */
  readonly onTrouble: (message: string) => void;
  /** A stream that is silent for longer is opened anew, ms. */
  readonly silenceMs: number;
  /** The longest wait between two attempts, ms. */
  readonly maxWaitMs: number;
}

const FIRST_WAIT_MS = 250;

/**
 * Keeps an engine in step with a node over its stream of decisions. While the node is away what was known last stays
 * in force until it expires; when it is back, only what changed is told, or everything anew where that is not known.
 */
export class DecisionFollower {
  readonly #options: FollowerOptions;
  readonly #stop = new AbortController();
  readonly #synced: PromiseWithResolvers<void> = Promise.withResolvers<void>();
  #isSynced = false;
  #lastEventId: string | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** Whether everything in force was known once. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** Resolves once it is. */
  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  start(): void {
    this.#work = this.#keepFollowing();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#work;
  }

  async #keepFollowing(): Promise<void> {
    const { onTrouble, maxWaitMs } = this.#options;
    const { signal } = this.#stop;
    for (let waitMs = FIRST_WAIT_MS; !signal.aborted; waitMs = Math.min(maxWaitMs, waitMs * 2)) {
      try {
        await this.#followOnce(() => {
          waitMs = FIRST_WAIT_MS / 2;
        });
      } catch (error) {
        if (signal.aborted) return;
        onTrouble(`the decisions of ${this.#options.node} cannot be followed: ${reasonOf(error)}`);
      }
      // Many processes that lost the same node must not come back in step.
      await sleep(waitMs / 2 + randomInt(Math.ceil(waitMs / 2)), undefined, { signal }).catch(() => {});
    }
  }

  async #followOnce(onReady: () => void): Promise<void> {
    const { node, key, engine, silenceMs } = this.#options;
    const silence = new AbortController();
    const late = setTimeout(() => silence.abort(new Error('it has fallen silent')), silenceMs);
    const after = this.#lastEventId;
    let snapshot: Reload | undefined = after === undefined ? engine.reload() : undefined;
    try {
      const response = await fetch(
        `${node.replace(/\/+$/, '')}/v1/decisions/stream?snapshot=true&policy=true`,
        {
          headers: { 'x-api-key': key, ...(after === undefined ? {} : { 'last-event-id': after }) },
          redirect: 'error',
          signal: AbortSignal.any([this.#stop.signal, silence.signal]),
        },
      );
      if (!response.ok || response.body === null) {
        await response.body?.cancel();
        throw new Error(`it answers with status ${response.status}`);
      }
      for await (const { type, id, data } of serverSentEvents(response.body, () => late.refresh())) {
        if (type === 'resync') {
          this.#lastEventId = undefined;
          return;
        }
        if (type === 'ready') {
          this.#weighAsNode(data);
          snapshot?.commit();
          snapshot = undefined;
          this.#isSynced = true;
          this.#synced.resolve();
          onReady();
        } else this.#take(type, data, snapshot);
        if (snapshot === undefined && id !== '') this.#lastEventId = id;
      }
    } finally {
      clearTimeout(late);
    }
  }

  /** Told at each beginning: with another policy the node ends the stream. */
  #weighAsNode(data: string): void {
    const { engine, node, onTrouble } = this.#options;
    const { policy: document } = JSON.parse(data) as { readonly policy?: unknown };
    if (document === undefined) return;
    const { policy } = checkPolicy(document);
    if (policy === undefined)
      onTrouble(`the policy of ${node} cannot be read here; is it of another version?`);
    else engine.setPolicy(policy);
  }

  #take(type: string, data: string, snapshot: Reload | undefined): void {
    if (type !== 'made' && type !== 'extended' && type !== 'lifted') return;
    const decision = decisionIn(data);
    if (type === 'lifted') this.#options.engine.retract(decision.id);
    else if (snapshot === undefined) this.#options.engine.apply(decision);
    else snapshot.add(decision);
  }
}

/** Throws where it is none: then the stream is opened anew. */
function decisionIn(data: string): Decision {
  const { created, expires, ...rest } = JSON.parse(data) as { created: string; expires: string };
  return Decision.parse({ ...rest, created: Date.parse(created), expires: Date.parse(expires) });
}

/** The reason of a failed `fetch` hides in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
