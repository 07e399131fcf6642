import type { AegisError } from '@aegis/model';
import type { RedisClientType } from '@redis/client';
import { connectToServer } from './connect-to-server.ts';
import { findMaster } from './find-master.ts';
import { findOwner } from './find-owner.ts';
import { isBroken } from './is-broken.ts';
import {
  addressText,
  answerTimeoutOf,
  type RedisAddress,
  type RedisServerOptions,
} from './redis-server-options.ts';

/** What Redis answers over RESP 2. */
export type Reply = string | number | null | readonly Reply[];

export type Client = RedisClientType<Record<never, never>, Record<never, never>, Record<never, never>, 2>;

/** A client and the server it is connected to. */
export interface Connected {
  readonly client: Client;
  readonly address: RedisAddress;
}

/** Any failure of Redis in the words of the port that is served, with where it happened. */
export type RedisFault = (cause: unknown, where: string) => AegisError;

/**
 * One connection to the server that holds `key`. Opened by the first command and again by the first one after it
 * broke, so that nothing is queued for a server that is away: a command fails at once, and whoever sent it decides
 * when to try again. All keys of a stream share a slot: of a Cluster one server at a time is enough.
 */
export class RedisConnection {
  readonly #options: RedisServerOptions;
  readonly #key: string;
  readonly #fault: RedisFault;
  #connecting: Promise<Connected> | undefined;
  #servers: readonly RedisAddress[];
  #closed = false;

  constructor(options: RedisServerOptions, key: string, fault: RedisFault) {
    this.#options = options;
    this.#key = key;
    this.#fault = fault;
    this.#servers = options.servers;
  }

  get answerTimeoutMs(): number {
    return answerTimeoutOf(this.#options);
  }

  /** Throws the fault; a refusal by Redis is its `cause`. */
  async send(words: readonly string[], timeoutMs?: number): Promise<Reply> {
    const [reply] = await this.sendAll([words], timeoutMs);
    return reply as Reply;
  }

  /** A connection of its own to the same server, for who makes it wait for messages. Throws the fault. */
  async openAnother(): Promise<Connected> {
    try {
      const { address } = await this.#connect();
      return await connectToServer(this.#options, address);
    } catch (error) {
      this.drop();
      throw this.#fault(error, this.#servers.map(addressText).join(', '));
    }
  }

  /** Sends them one behind the other on the same connection. Throws what the first that failed throws. */
  async sendAll(
    commands: readonly (readonly string[])[],
    timeoutMs: number = this.answerTimeoutMs,
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
      throw this.#fault(error, this.#servers.map(addressText).join(', '));
    });
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    try {
      const replies = Promise.all(commands.map((words) => client.sendCommand<Reply>(words)));
      return await Promise.race([replies, late.promise]);
    } catch (error) {
      if (isBroken(error)) this.#drop(connecting);
      throw this.#fault(error, addressText(address));
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
    if (this.#closed) return Promise.reject(new Error('the connection was closed by this program'));
    this.#connecting ??= this.#open();
    return this.#connecting;
  }

  async #open(): Promise<Connected> {
    const { cluster, sentinel, servers: configured } = this.#options;
    if (sentinel !== undefined) {
      const { master, sentinels } = await findMaster(this.#options, this.#servers, sentinel);
      this.#servers = [...sentinels, ...configured];
      return master;
    }
    if (cluster !== true) return connectToServer(this.#options, configured[0]);
    const { owner, servers } = await findOwner(this.#options, this.#servers, this.#key);
    // Servers come and go; the configured ones are the last resort.
    this.#servers = [...servers, ...configured];
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
