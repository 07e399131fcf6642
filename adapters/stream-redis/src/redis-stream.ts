import { AegisError } from '@aegis/model';
import type { ConsumerGroup, Stream } from '@aegis/ports';
import type { RedisConnection, RedisServerOptions } from '@aegis/redis';
import { BlockedReads } from './blocked-reads.ts';
import { PAYLOAD_FIELD } from './payload-of.ts';
import { RedisConsumerGroup } from './redis-consumer-group.ts';
import { APPEND, TRIM } from './scripts.ts';
import { streamConnection } from './stream-connection.ts';

export interface RedisStreamOptions extends RedisServerOptions {
  /** The key of the stream. Dead letters are in `{key}:dead:<group>`, in the same slot of a Cluster. */
  readonly stream: string;
  /** Messages that may be unfinished; past it `append` is `stream_full`. Default 1,000,000. */
  readonly maxLength?: number;
  /** Dead letters kept for each group; past it the oldest go; default 100,000. */
  readonly maxBuried?: number;
  /** `append` waits until this many replicas have it too; default 0. Costs a round trip between servers. */
  readonly replicas?: number;
}

/** A consumer that holds nothing and was not heard of for this long is forgotten: one day. */
const CONSUMER_FORGOTTEN_MS = 86_400_000;
const REPLICAS_MS = 3_000;

/**
 * A stream on Redis 6.2 or later. Connects when it is first used and again whenever that is needed: while Redis is
 * away every call fails with `stream_unavailable`, and nothing has to be opened anew when it is back.
 */
export function openRedisStream(options: RedisStreamOptions): Stream {
  return new RedisStream(options);
}

class RedisStream implements Stream {
  readonly #options: RedisStreamOptions;
  readonly #commands: RedisConnection;
  readonly #blocked: BlockedReads;
  readonly #closed = new AbortController();

  constructor(options: RedisStreamOptions) {
    const { stream } = options;
    this.#options = options;
    this.#commands = streamConnection(options, stream);
    this.#blocked = new BlockedReads({ server: options, key: stream, commands: this.#commands });
  }

  async append(payloads: readonly string[]): Promise<readonly string[]> {
    const { stream, maxLength = 1_000_000, replicas = 0 } = this.#options;
    if (payloads.length === 0) return [];
    const append = ['EVAL', APPEND, '1', stream, String(maxLength), PAYLOAD_FIELD, ...payloads];
    const wait = replicas === 0 ? [] : [['WAIT', String(replicas), String(REPLICAS_MS)]];
    const [ids, reached] = await this.#commands.sendAll([append, ...wait]).catch((error: unknown) => {
      throw fullFault(error, maxLength) ?? error;
    });
    if (replicas > 0 && Number(reached) < replicas) {
      throw new AegisError(
        'stream_unavailable',
        `only ${Number(reached)} of ${replicas} replicas of Redis have taken the messages within ${REPLICAS_MS} ms`,
      );
    }
    return ids as readonly string[];
  }

  /** Where Redis is away, the group is made when it is first used. */
  async group(name: string): Promise<ConsumerGroup> {
    const { stream, maxBuried = 100_000 } = this.#options;
    const group = new RedisConsumerGroup({
      stream,
      name,
      maxBuried,
      deadLetters: `{${stream}}:dead:${name}`,
      commands: this.#commands,
      blocked: this.#blocked,
      closed: this.#closed.signal,
    });
    await group.create().catch((error: unknown) => {
      if (!(error instanceof AegisError)) throw error;
    });
    return group;
  }

  async length(): Promise<number> {
    return Number(await this.#commands.send(['XLEN', this.#options.stream]));
  }

  async trim(olderThanMs: number): Promise<number> {
    const words = [this.#options.stream, String(olderThanMs), String(CONSUMER_FORGOTTEN_MS)];
    return Number(await this.#commands.send(['EVAL', TRIM, '1', ...words]));
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#blocked.close();
    this.#commands.close();
  }
}

function fullFault(error: unknown, maxLength: number): AegisError | undefined {
  const unfinished = error instanceof Error ? /STREAMFULL (\d+)/.exec(error.message)?.[1] : undefined;
  if (unfinished === undefined) return undefined;
  return new AegisError(
    'stream_full',
    `the stream holds ${unfinished} messages that are not finished, of ${maxLength} allowed; start more workers, or raise the limit`,
    { cause: error },
  );
}
