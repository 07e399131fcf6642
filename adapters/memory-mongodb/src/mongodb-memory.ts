import {
  type Address,
  AegisError,
  type Attacker,
  type CcServer,
  type Pattern,
  type Timestamp,
} from '@aegis/model';
import type { Memory, MemoryQuery, MemoryReport, PatternLikeness } from '@aegis/ports';
import type { Db, MongoClient } from 'mongodb';
import { ATTACKERS } from './attackers.ts';
import { CC_SERVERS } from './cc-servers.ts';
import { clientOf, fault, type MongodbServerOptions } from './connect.ts';
import { forgetMoved } from './counted-reports.ts';
import { forget } from './forget.ts';
import { layOut } from './layout.ts';
import { patternsSharing } from './likenesses.ts';
import { PATTERNS } from './patterns.ts';
import { ReportWriter } from './report-writer.ts';
import type { SubjectDocument, SubjectKind } from './subject.ts';

export interface MongodbMemoryOptions extends MongodbServerOptions {
  /** Default `aegis`. */
  readonly database?: string;
  /**
   * How long before what `forget` is told the ids of counted reports are remembered, ms; default 30 days. A report
   * of a forgotten subject that is delivered again after that counts again. Raising it costs about 60 bytes a report.
   */
  readonly rememberMs?: number;
}

const DAY_MS = 86_400_000;

/** Throws AegisError `memory_unavailable` where no server is found. */
export async function openMongodbMemory(options: MongodbMemoryOptions): Promise<Memory> {
  const { database = 'aegis', rememberMs = 30 * DAY_MS } = options;
  try {
    const client = clientOf(options);
    try {
      await layOut(client, database);
      return new MongodbMemory(client, database, rememberMs);
    } catch (error) {
      await client.close();
      throw error;
    }
  } catch (cause) {
    throw fault(cause);
  }
}

class MongodbMemory implements Memory {
  readonly #client: MongoClient;
  readonly #db: Db;
  readonly #rememberMs: number;
  #closed: Promise<void> | undefined;

  constructor(client: MongoClient, database: string, rememberMs: number) {
    this.#client = client;
    this.#db = client.db(database);
    this.#rememberMs = rememberMs;
  }

  /** Not all or none: one that fails may be counted in part, and counts as a whole once it is delivered again. */
  report(reports: readonly MemoryReport[]): Promise<void> {
    const of = <Kind extends MemoryReport['kind']>(kind: Kind) =>
      reports.filter((report): report is Extract<MemoryReport, { kind: Kind }> => report.kind === kind);
    return this.#run(async (db) => {
      await new ReportWriter(db, PATTERNS).apply(of('pattern'));
      await new ReportWriter(db, ATTACKERS).apply(of('attacker'));
      await new ReportWriter(db, CC_SERVERS).apply(of('cc_server'));
    });
  }

  pattern(id: string): Promise<Pattern | undefined> {
    return this.#one(PATTERNS, id);
  }

  patternsSharing(signatures: readonly string[]): Promise<readonly PatternLikeness[]> {
    return this.#run((db) => patternsSharing(db, signatures));
  }

  patterns(query: MemoryQuery): Promise<readonly Pattern[]> {
    return this.#recent(PATTERNS, query);
  }

  attacker(address: Address): Promise<Attacker | undefined> {
    return this.#one(ATTACKERS, address);
  }

  attackers(query: MemoryQuery): Promise<readonly Attacker[]> {
    return this.#recent(ATTACKERS, query);
  }

  ccServer(address: Address, port: number): Promise<CcServer | undefined> {
    return this.#one(CC_SERVERS, `${address} ${port}`);
  }

  ccServers(query: MemoryQuery): Promise<readonly CcServer[]> {
    return this.#recent(CC_SERVERS, query);
  }

  forget(before: Timestamp): Promise<number> {
    return this.#run(async (db) => {
      const counts = [
        await forget(db, PATTERNS, before),
        await forget(db, ATTACKERS, before),
        await forget(db, CC_SERVERS, before),
      ];
      await forgetMoved(db, before - this.#rememberMs);
      return counts.reduce((sum, count) => sum + count, 0);
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#client.close();
    return this.#closed;
  }

  #one<R extends MemoryReport, Subject>(
    kind: SubjectKind<R, Subject>,
    _id: string,
  ): Promise<Subject | undefined> {
    return this.#run(async (db) => {
      const found = await db.collection<SubjectDocument>(kind.collection).findOne({ _id });
      return found === null ? undefined : kind.read(found);
    });
  }

  #recent<R extends MemoryReport, Subject>(
    kind: SubjectKind<R, Subject>,
    { limit, seenSince = Number.MIN_SAFE_INTEGER }: MemoryQuery,
  ): Promise<readonly Subject[]> {
    return this.#run(async (db) => {
      const found = db
        .collection<SubjectDocument>(kind.collection)
        .find({ last_seen: { $gte: seenSince } }, { projection: { counted: 0 } })
        .sort(kind.order)
        .limit(limit);
      return (await found.toArray()).map(kind.read);
    });
  }

  async #run<T>(work: (db: Db) => Promise<T>): Promise<T> {
    if (this.#closed !== undefined) throw new AegisError('memory_unavailable', 'the memory is closed');
    try {
      return await work(this.#db);
    } catch (cause) {
      throw fault(cause);
    }
  }
}
