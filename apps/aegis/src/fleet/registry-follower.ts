import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@aegis/model';
import type { Registry, RegistryEntry } from '@aegis/ports';

export interface RegistryFollowerOptions {
  readonly registry: Registry;
  readonly prefix: string;
  /** Also for what was written here; the same entry may come twice. */
  readonly learn: (entry: RegistryEntry) => void;
  readonly logger: Logger;
  /** Between two attempts to watch again, ms. */
  readonly retryMs?: number;
}

/** Reads a prefix of the registry and follows it, whatever happens to the watch: then it reads all of it again. */
export class RegistryFollower {
  readonly #options: RegistryFollowerOptions;
  readonly #stop: AbortController = new AbortController();
  #following: Promise<void> = Promise.resolve();

  constructor(options: RegistryFollowerOptions) {
    this.#options = options;
  }

  /** Throws AegisError `registry_unavailable`. */
  async start(): Promise<void> {
    this.#following = this.#follow(await this.#load());
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#following;
  }

  async #load(): Promise<number> {
    const { registry, prefix, learn } = this.#options;
    // Asked first: a change between the two calls is then seen twice rather than never.
    const revision = await registry.revision();
    for (const entry of await registry.list(prefix)) learn(entry);
    return revision;
  }

  async #follow(from: number): Promise<void> {
    const { registry, prefix, learn, logger, retryMs = 1_000 } = this.#options;
    const { signal } = this.#stop;
    for (let after: number | undefined = from; !signal.aborted; ) {
      try {
        if (after === undefined) after = await this.#load();
        for await (const change of registry.watch(prefix, { signal, after }))
          if (change.kind === 'put') learn(change.entry);
      } catch (error) {
        if (!signal.aborted)
          logger.warn({ error: String(error) }, 'the registry cannot be watched; trying again');
      }
      after = undefined;
      await sleep(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
