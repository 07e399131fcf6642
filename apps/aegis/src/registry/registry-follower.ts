import { setTimeout as sleep } from 'node:timers/promises';
import { AegisError, type Clock, type Logger } from '@aegis/model';
import type { Registry, RegistryChange } from '@aegis/ports';
import type { Part } from '../node/lifecycle.ts';

export interface RegistryFollowerOptions {
  /** What is followed, in words for people: `API keys`. */
  readonly name: string;
  readonly registry: Registry;
  readonly prefix: string;
  /** Takes everything there is, at the start and whenever changes may have been missed. */
  readonly load: () => Promise<void>;
  /** Takes a change after that; one that `load` has taken may come again. */
  readonly take: (change: RegistryChange) => void | Promise<void>;
  /** Takes what was known last, for a start without the registry. False where nothing was: such a start fails. */
  readonly recall?: () => Promise<boolean>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Between two attempts to watch again, ms. */
  readonly retryMs?: number;
}

/** Follows a prefix of the registry, whatever happens to the watch: then everything is taken again. */
export class RegistryFollower implements Part {
  readonly #options: RegistryFollowerOptions;
  readonly #stop: AbortController = new AbortController();
  #following: Promise<void> = Promise.resolve();
  #awaySince: number | undefined;
  #trouble = '';

  constructor(options: RegistryFollowerOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** Why the registry cannot be followed, in words; empty while it is. */
  get trouble(): string {
    return this.#trouble;
  }

  /** For how long changes have not been heard of, ms; 0 while they are. */
  get awayMs(): number {
    return this.#awaySince === undefined ? 0 : this.#options.clock.monotonic() - this.#awaySince;
  }

  /** Throws AegisError `registry_unavailable` where nothing can be recalled. */
  async start(): Promise<void> {
    let from: number | undefined;
    try {
      from = await this.#load();
    } catch (error) {
      const { recall } = this.#options;
      if (recall === undefined) throw error;
      if (!(await recall())) throw firstStart(error);
      this.#lost(error);
    }
    this.#following = this.#follow(from);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#following;
  }

  /** Returns the revision from which to watch. */
  async #load(): Promise<number> {
    // Asked first: a change between the two calls is then seen twice rather than never.
    const revision = await this.#options.registry.revision();
    await this.#options.load();
    return revision;
  }

  async #follow(from: number | undefined): Promise<void> {
    const { registry, prefix, take, retryMs = 1_000 } = this.#options;
    const { signal } = this.#stop;
    for (let after = from; !signal.aborted; after = undefined) {
      try {
        after ??= await this.#load();
        this.#found();
        for await (const change of registry.watch(prefix, { signal, after })) await take(change);
        this.#lost('the watch has ended');
      } catch (error) {
        this.#lost(error);
      }
      await sleep(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #found(): void {
    if (this.#trouble !== '') this.#options.logger.info({}, `${this.name}: the registry is followed again`);
    this.#awaySince = undefined;
    this.#trouble = '';
  }

  #lost(error: unknown): void {
    if (this.#stop.signal.aborted) return;
    const why = error instanceof Error ? error.message : String(error);
    if (this.#trouble === '')
      this.#options.logger.warn(
        { error: why },
        `${this.name}: the registry cannot be followed; what was known last holds`,
      );
    this.#awaySince ??= this.#options.clock.monotonic();
    this.#trouble = why;
  }
}

function firstStart(cause: unknown): unknown {
  if (!(cause instanceof AegisError)) return cause;
  const message = `${cause.message}; the first start of a node needs it: "aegis doctor" says more`;
  return new AegisError(cause.code, message, { cause });
}
