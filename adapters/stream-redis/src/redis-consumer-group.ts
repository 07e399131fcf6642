import type {
  ConsumerGroup,
  DeadLetter,
  Delivery,
  GroupStats,
  ReadOptions,
  ReclaimOptions,
} from '@aegis/ports';
import type { RedisConnection, Reply } from '@aegis/redis';
import type { BlockedReads } from './blocked-reads.ts';
import { isMessageId } from './message-id.ts';
import { type Fields, payloadOf } from './payload-of.ts';
import { isGroupMissing } from './redis-fault.ts';
import { BURY, RECLAIM, RECLAIM_FROM } from './scripts.ts';

/** Messages asked for at once: bounds what one answer holds, however large messages are. */
const CHUNK = 100;
/** UTF-16 units that one call hands out at most, past its last chunk; bounds a consumer's memory. */
const BATCH_UNITS = 16 * 1024 * 1024;
/** A message above this is never handed out. */
const MESSAGE_UNITS = 16 * 1024 * 1024;
const REASON_CHARACTERS = 1_000;
/** Steps over a long list of unfinished messages in one call; the next call goes on where it ended. */
const RECLAIM_STEPS = 100;
/** Ids in one command. */
const ACK_CHUNK = 1_000;
const BEGINNING = '0-0';

export interface RedisConsumerGroupOptions {
  readonly stream: string;
  readonly deadLetters: string;
  readonly name: string;
  readonly commands: RedisConnection;
  readonly blocked: BlockedReads;
  readonly maxBuried: number;
  /** Aborted when the stream is closed. */
  readonly closed: AbortSignal;
}

type Message = readonly [id: string, fields: Fields | null];
type Claimed = readonly [id: string, fields: Fields, attempt: number];

export class RedisConsumerGroup implements ConsumerGroup {
  readonly #options: RedisConsumerGroupOptions;
  /** Where the walk over unfinished messages goes on. */
  #cursor = BEGINNING;

  constructor(options: RedisConsumerGroupOptions) {
    this.#options = options;
  }

  /** Makes the group, from the beginning of the stream, unless it is there. */
  async create(): Promise<void> {
    const { commands, stream, name } = this.#options;
    try {
      await commands.send(['XGROUP', 'CREATE', stream, name, '0', 'MKSTREAM']);
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('BUSYGROUP'))) throw error;
    }
  }

  async read(consumer: string, { count, blockMs, signal }: ReadOptions): Promise<readonly Delivery[]> {
    const { closed } = this.#options;
    const stop = signal === undefined ? closed : AbortSignal.any([closed, signal]);
    if (signal?.aborted === true || count < 1) return [];
    const taken = await this.#readNow(consumer, count);
    if (taken.length > 0 || blockMs <= 0 || stop.aborted) return taken;
    return this.#inGroup(async () => {
      const words = this.#readWords(consumer, Math.min(count, CHUNK), Math.ceil(blockMs));
      return this.#deliveries(await this.#options.blocked.send(words, blockMs, stop));
    });
  }

  /** What is there, chunk by chunk. What a chunk gave is handed out even where the next one fails. */
  async #readNow(consumer: string, count: number): Promise<readonly Delivery[]> {
    const taken: Delivery[] = [];
    let units = 0;
    while (taken.length < count && units < BATCH_UNITS) {
      const asked = Math.min(count - taken.length, CHUNK);
      try {
        const reply = await this.#inGroup(() =>
          this.#options.commands.send(this.#readWords(consumer, asked)),
        );
        const more = await this.#deliveries(reply);
        taken.push(...more);
        units += sizeOf(more);
        if (more.length < asked) break;
      } catch (error) {
        if (taken.length === 0) throw error;
        break;
      }
    }
    return taken;
  }

  #readWords(consumer: string, count: number, blockMs?: number): readonly string[] {
    const { name, stream } = this.#options;
    const block = blockMs === undefined ? [] : ['BLOCK', String(blockMs)];
    return ['XREADGROUP', 'GROUP', name, consumer, 'COUNT', String(count), ...block, 'STREAMS', stream, '>'];
  }

  async #deliveries(reply: Reply): Promise<readonly Delivery[]> {
    const messages = (reply as readonly [stream: string, messages: readonly Message[]][] | null)?.[0]?.[1];
    return this.#within((messages ?? []).map(([id, fields]) => [id, fields ?? [], 1]));
  }

  async reclaim(consumer: string, { minIdleMs, count, from }: ReclaimOptions): Promise<readonly Delivery[]> {
    if (count < 1) return [];
    return this.#inGroup(() =>
      from === undefined
        ? this.#reclaimIdle(consumer, minIdleMs, count)
        : this.#reclaimFrom(consumer, minIdleMs, count, from),
    );
  }

  /** Walks the unfinished messages of the group round, from where the walk before ended. */
  async #reclaimIdle(consumer: string, minIdleMs: number, count: number): Promise<readonly Delivery[]> {
    const taken: Delivery[] = [];
    let units = 0;
    let hasBegun = this.#cursor === BEGINNING;
    for (let step = 0; step < RECLAIM_STEPS && taken.length < count && units < BATCH_UNITS; step++) {
      const words = [consumer, String(minIdleMs), this.#cursor, chunkOf(count - taken.length)];
      const { next, deliveries } = await this.#claim(RECLAIM, words);
      taken.push(...deliveries);
      units += sizeOf(deliveries);
      this.#cursor = next;
      if (next !== BEGINNING) continue;
      if (hasBegun) break;
      hasBegun = true;
    }
    return taken;
  }

  async #reclaimFrom(
    consumer: string,
    minIdleMs: number,
    count: number,
    from: string,
  ): Promise<readonly Delivery[]> {
    const taken: Delivery[] = [];
    let units = 0;
    let start = '-';
    while (taken.length < count && units < BATCH_UNITS) {
      const words = [consumer, String(minIdleMs), start, chunkOf(count - taken.length), from];
      const { next, deliveries } = await this.#claim(RECLAIM_FROM, words);
      if (next === BEGINNING) break;
      taken.push(...deliveries);
      units += sizeOf(deliveries);
      start = next;
    }
    return taken;
  }

  async #claim(
    script: string,
    words: readonly string[],
  ): Promise<{ readonly next: string; readonly deliveries: readonly Delivery[] }> {
    const { commands, stream, name } = this.#options;
    const reply = await commands.send(['EVAL', script, '1', stream, name, ...words]);
    const [next, claimed] = reply as unknown as readonly [string, readonly Claimed[]];
    return { next, deliveries: await this.#within(claimed) };
  }

  /** What is too large to be handed out is buried at once. */
  async #within(messages: readonly Claimed[]): Promise<readonly Delivery[]> {
    const deliveries: Delivery[] = [];
    for (const [id, fields, attempt] of messages) {
      const payload = payloadOf(fields);
      if (payload.length <= MESSAGE_UNITS) deliveries.push({ id, payload, attempt });
      else {
        const reason = `it has ${payload.length} characters, more than the ${MESSAGE_UNITS} allowed`;
        await this.bury({ id, payload: '', attempt }, reason);
      }
    }
    return deliveries;
  }

  async ack(ids: readonly string[]): Promise<void> {
    const { commands, stream, name } = this.#options;
    const known = ids.filter(isMessageId);
    const chunks = Array.from({ length: Math.ceil(known.length / ACK_CHUNK) }, (_, i) =>
      known.slice(i * ACK_CHUNK, (i + 1) * ACK_CHUNK),
    );
    await commands.sendAll(chunks.map((chunk) => ['XACK', stream, name, ...chunk]));
  }

  async bury({ id, attempt }: Delivery, reason: string): Promise<void> {
    const { commands, stream, deadLetters, name, maxBuried } = this.#options;
    if (!isMessageId(id)) return;
    const words = [name, id, reason.slice(0, REASON_CHARACTERS), String(attempt), String(maxBuried)];
    await this.#inGroup(() => commands.send(['EVAL', BURY, '2', stream, deadLetters, ...words]));
  }

  async buried({
    limit,
    after,
  }: {
    readonly limit: number;
    readonly after?: string;
  }): Promise<readonly DeadLetter[]> {
    const { commands, deadLetters } = this.#options;
    const start = after !== undefined && isMessageId(after) ? `(${after}` : '-';
    const reply = await commands.send(['XRANGE', deadLetters, start, '+', 'COUNT', String(limit)]);
    return (reply as unknown as readonly (readonly [string, Fields])[]).map(([id, fields]) => {
      const [, reason = '', , attempt = '', , at = '', , , ...own] = fields;
      return { id, payload: payloadOf(own), reason, attempt: Number(attempt), at: Number(at) };
    });
  }

  async discard(ids: readonly string[]): Promise<void> {
    const { commands, deadLetters } = this.#options;
    const known = ids.filter(isMessageId);
    if (known.length > 0) await commands.send(['XDEL', deadLetters, ...known]);
  }

  /** `waiting` is as many as are kept, or fewer, where Redis cannot tell: 6.2, and after XDEL from outside. */
  async stats(): Promise<GroupStats> {
    const { commands, stream, deadLetters, name } = this.#options;
    return this.#inGroup(async () => {
      const [groups, kept, buried] = await commands.sendAll([
        ['XINFO', 'GROUPS', stream],
        ['XLEN', stream],
        ['XLEN', deadLetters],
      ]);
      const group = (groups as readonly Fields[]).find((flat) => fieldOf(flat, 'name') === name);
      const pending = Number(group === undefined ? 0 : fieldOf(group, 'pending'));
      const lag = group === undefined ? null : fieldOf(group, 'lag');
      return { waiting: Number(lag ?? Number(kept) - pending), pending, buried: Number(buried) };
    });
  }

  /** Makes the group where it turns out to be gone, and tries once more. */
  async #inGroup<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isGroupMissing(error)) throw error;
      this.#cursor = BEGINNING;
      await this.create();
      return work();
    }
  }
}

function chunkOf(count: number): string {
  return String(Math.min(count, CHUNK));
}

function sizeOf(deliveries: readonly Delivery[]): number {
  return deliveries.reduce((sum, { payload }) => sum + payload.length, 0);
}

/** From names and values in turn. */
function fieldOf(flat: Fields, name: string): string | null | undefined {
  return flat.find((_, i) => i % 2 === 1 && flat[i - 1] === name);
}
