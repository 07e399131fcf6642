import { type Append, append } from './append.ts';
import type { PostgresDatabase } from './postgres-database.ts';

interface Waiting {
  readonly call: Append;
  readonly resolve: (isNew: readonly boolean[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Records of calls that share a transaction, at most, once it holds any. */
const MOST_RECORDS = 5_000;

/**
 * Calls that wait while a transaction is under way share the next one: one round of statements and one flush to
 * disk for all of them. Where that fails each is tried alone, so that what is wrong with one fails nobody else.
 */
export class AppendQueue {
  readonly #database: PostgresDatabase;
  readonly #waiting: Waiting[] = [];
  #isWriting = false;

  constructor(database: PostgresDatabase) {
    this.#database = database;
  }

  add(call: Append): Promise<readonly boolean[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly boolean[]>();
    this.#waiting.push({ call, resolve, reject });
    if (!this.#isWriting) void this.#writeAll();
    return promise;
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) await this.#writeTogether(this.#next());
    this.#isWriting = false;
  }

  #next(): readonly Waiting[] {
    let records = 0;
    let count = 0;
    for (const { call } of this.#waiting) {
      records += call.audit.length + call.events.length;
      if (count > 0 && records > MOST_RECORDS) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #writeTogether(group: readonly Waiting[]): Promise<void> {
    try {
      const isNew = await this.#write(group.map(({ call }) => call));
      for (const [i, { resolve }] of group.entries()) resolve(isNew[i] ?? []);
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      else for (const each of group) await this.#writeTogether([each]);
    }
  }

  #write(calls: readonly Append[]): Promise<readonly (readonly boolean[])[]> {
    return this.#database.write((sql) => append(sql, this.#database.layout, calls));
  }
}
