import { AegisError } from '@aegis/model';
import type { RedisClientType } from '@redis/client';
import { connectToServer } from './connect-to-server.ts';
import { findOwner } from './find-owner.ts';
import { isBroken, redisFault } from './redis-fault.ts';
import { addressText, type RedisAddress, type RedisServerOptions } from './redis-server-options.ts';

/** What Redis answers over RESP 2. */
export type Reply = string | number | null | readonly Reply[];

export type Client = RedisClientType<Record<never, never>, Record<never, never>, Record<never, never>, 2>;

/** A client and the server it is connected to. */
export interface Connected {
  readonly client: Client;
  readonly address: RedisAddress;
}

const TIMEOUT_MS = 5_000;

/**
 * One connection to the server that holds `key`. Opened by the first command and again by the first one after it
 * broke, so that nothing is queued for a server that is away: a command fails at once, and whoever sent it decides
 * when to try again. All keys of a stream share a slot: of a Cluster one server at a time is enough.
 */
export class RedisConnection {
  readonly #options: RedisServerOptions;
  readonly #key: string;
  #connecting: Promise<Connected> | undefined;
  #servers: readonly RedisAddress[];
  #closed = false;

  constructor(options: RedisServerOptions, key: string) {
    this.#options = options;
    this.#key = key;
    this.#servers = options.servers;
  }

  /** Throws AegisError `stream_unavailable` or `stream_store_full`; a refusal by Redis is its `cause`. */
  async send(words: readonly string[], timeoutMs?: number): Promise<Reply> {
    const [reply] = await this.sendAll([words], timeoutMs);
    return reply as Reply;
  }

  /** Sends them one behind the other on the same connection. Throws what the first that failed throws. */
  async sendAll(
    commands: readonly (readonly string[])[],
    timeoutMs: number = this.#options.commandTimeoutMs ?? TIMEOUT_MS,
  ): Promise<readonly Reply[]> {
    try {
      return await this.#sendNow(commands, timeoutMs);
    } catch (error) {
      // Once more, since the slot has only moved to another server.
      const isMoved = this.#options.cluster === true && /^(MOVED|ASK)\b/.test(causeText(error));
      if (!isMoved) throw error;
      return this.#sendNow(commands, timeoutMs);
    }
  }

  async #sendNow(commands: readonly (readonly string[])[], timeoutMs: number): Promise<readonly Reply[]> {
    const connecting = this.#connect();
    const { client, address } = await connecting.catch((error: unknown) => {
      this.#drop(connecting);
      throw redisFault(error, this.#servers.map(addressText).join(', '));
    });
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    try {
      const replies = Promise.all(commands.map((words) => client.sendCommand<Reply>(words)));
      return await Promise.race([replies, late.promise]);
    } catch (error) {
      if (isBroken(error)) this.#drop(connecting);
      throw redisFault(error, addressText(address));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Breaks the connection: commands under way fail, the next one opens another. */
  drop(): void {
    if (this.#connecting !== undefined) this.#drop(this.#connecting);
  }

  close(): void {
    this.#closed = true;
    this.drop();
  }

  #connect(): Promise<Connected> {
    if (this.#closed) return Promise.reject(new AegisError('stream_unavailable', 'the stream is closed'));
    this.#connecting ??= this.#open();
    return this.#connecting;
  }

  async #open(): Promise<Connected> {
    if (this.#options.cluster !== true) return connectToServer(this.#options, this.#options.servers[0]);
    const { owner, servers } = await findOwner(this.#options, this.#servers, this.#key);
    // Servers come and go; the configured ones are the last resort.
    this.#servers = [...servers, ...this.#options.servers];
    return owner;
  }

  #drop(connecting: Promise<Connected>): void {
    if (this.#connecting === connecting) this.#connecting = undefined;
    connecting.then(
      ({ client }) => {
        if (client.isOpen) client.destroy();
      },
      () => {},
    );
  }
}

function causeText(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? cause.message : '';
}
