import type { BusMessage, Position } from '@aegis/ports';
import type { RedisConnection } from '@aegis/redis';
import type { TopicKeys } from './keys.ts';
import { isPosition, timeOf } from './position.ts';
import { CHECK, READ } from './scripts.ts';

/** A part of the stream, in order. */
export interface Page {
  readonly entries: readonly PageEntry[];
  /** The newest position there ever was. */
  readonly newest: Position;
}

export interface PageEntry {
  readonly position: Position;
  /** The position of the entry before it; empty where it is none of ours. */
  readonly before: Position;
  readonly payload: string;
}

const PAGE_ENTRIES = 500;
/** Of one answer. */
const PAGE_BYTES = 4 * 1024 * 1024;
const SCAN_COUNT = 500;

/** Reads what Redis keeps of one topic. Everything throws AegisError `bus_unavailable`. */
export class TopicReader {
  readonly #topic: string;
  readonly #keys: TopicKeys;
  readonly #commands: RedisConnection;

  constructor(topic: string, keys: TopicKeys, commands: RedisConnection) {
    this.#topic = topic;
    this.#keys = keys;
    this.#commands = commands;
  }

  async page(after: Position): Promise<Page> {
    const words = [after, String(PAGE_ENTRIES), String(PAGE_BYTES)];
    const [newest = '', ...flat] = await this.#evaluate(READ, words);
    const entries: PageEntry[] = [];
    for (let i = 0; i + 2 < flat.length; i += 3)
      entries.push({
        position: flat[i] as Position,
        before: flat[i + 1] as Position,
        payload: flat[i + 2] as string,
      });
    return { newest, entries };
  }

  /** What is at a position, and the newest one. */
  async look(position: Position): Promise<{ readonly newest: Position; readonly payload?: string }> {
    const [newest = '', payload] = await this.#evaluate(CHECK, [position]);
    return payload === undefined ? { newest } : { newest, payload };
  }

  async *retained(now: number): AsyncIterable<BusMessage> {
    const { retained, ends } = this.#keys;
    const over = new Set(
      (await this.#commands.send(['ZRANGEBYSCORE', ends, '-inf', String(now)])) as readonly string[],
    );
    let cursor = '0';
    // Redis may tell of a key twice while the hash grows.
    const told = new Set<string>();
    do {
      const words = ['HSCAN', retained, cursor, 'COUNT', String(SCAN_COUNT)];
      const [next, flat] = (await this.#commands.send(words)) as unknown as [string, readonly string[]];
      cursor = next;
      for (let i = 0; i + 1 < flat.length; i += 2) {
        const key = flat[i] as string;
        const text = flat[i + 1] as string;
        const blank = text.indexOf(' ');
        const position = text.slice(0, Math.max(0, blank));
        if (over.has(key) || told.has(key) || !isPosition(position)) continue;
        told.add(key);
        yield { topic: this.#topic, position, payload: text.slice(blank + 1), at: timeOf(position) };
      }
    } while (cursor !== '0');
  }

  async #evaluate(script: string, words: readonly string[]): Promise<readonly string[]> {
    const reply = await this.#commands.send(['EVAL', script, '1', this.#keys.stream, ...words]);
    return (reply as readonly unknown[]).map(String);
  }
}
