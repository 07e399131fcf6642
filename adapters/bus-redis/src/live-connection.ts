import { setTimeout as sleep } from 'node:timers/promises';
import { answered, type Client, type RedisConnection } from '@aegis/redis';

export interface LiveListener {
  readonly onMessage: (text: string) => void;
  /** Messages may have been missed. */
  readonly onBack: () => void;
}

export interface LiveConnectionOptions {
  /** Knows the server. */
  readonly commands: RedisConnection;
  /** SSUBSCRIBE, of a Cluster: a message then stays on the servers of its slot. */
  readonly sharded: boolean;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/**
 * The connection that channels are listened to on. Once somebody listens it comes back by itself whenever it breaks,
 * later and later and not all nodes at once.
 */
export class LiveConnection {
  readonly #options: LiveConnectionOptions;
  readonly #channels = new Map<string, Set<LiveListener>>();
  readonly #closing = new AbortController();
  #client: Client | undefined;
  #opening: Promise<Client> | undefined;
  #returning = false;

  constructor(options: LiveConnectionOptions) {
    this.#options = options;
  }

  /** Resolves once messages come. Throws AegisError `bus_unavailable`; then nothing is listened to. */
  async listen(channel: string, listener: LiveListener): Promise<() => void> {
    const client = await this.#connected();
    let listeners = this.#channels.get(channel);
    if (listeners === undefined) {
      listeners = new Set();
      this.#channels.set(channel, listeners);
      await this.#subscribe(client, channel).catch((error: unknown) => {
        this.#channels.delete(channel);
        throw error;
      });
    }
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** Breaks it: it seems to be deaf. */
  renew(): void {
    this.#lost(this.#client);
  }

  close(): void {
    this.#closing.abort();
    this.#drop(this.#client);
  }

  #connected(): Promise<Client> {
    if (this.#client !== undefined) return Promise.resolve(this.#client);
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(): Promise<Client> {
    const { client } = await this.#options.commands.openAnother();
    try {
      client.on('error', () => this.#lost(client));
      client.on('end', () => this.#lost(client));
      client.on('sharded-channel-moved', () => this.#lost(client));
      for (const channel of this.#channels.keys()) await this.#subscribe(client, channel);
      this.#closing.signal.throwIfAborted();
      this.#client = client;
      return client;
    } catch (error) {
      if (client.isOpen) client.destroy();
      throw error;
    }
  }

  #subscribe(client: Client, channel: string): Promise<void> {
    const hear = (text: string): void => {
      for (const { onMessage } of this.#channels.get(channel) ?? []) onMessage(text);
    };
    const { sharded, commands } = this.#options;
    return answered(client, commands.answerTimeoutMs, () =>
      sharded ? client.sSubscribe(channel, hear) : client.subscribe(channel, hear),
    );
  }

  #lost(client: Client | undefined): void {
    if (client === undefined || this.#client !== client) return;
    this.#drop(client);
    // The server that it was may have become another's replica.
    if (!this.#closing.signal.aborted && !this.#returning) void this.#return();
  }

  #drop(client: Client | undefined): void {
    this.#client = undefined;
    if (client?.isOpen === true) client.destroy();
  }

  async #return(): Promise<void> {
    this.#returning = true;
    const { signal } = this.#closing;
    for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      await sleep(pause * (0.5 + Math.random()), undefined, { signal }).catch(() => {});
      if (signal.aborted) break;
      try {
        await this.#connected();
        break;
      } catch {
        this.#options.commands.drop();
      }
    }
    this.#returning = false;
    for (const listeners of this.#channels.values()) for (const { onBack } of listeners) onBack();
  }
}
