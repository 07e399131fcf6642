import type { Decision, Timestamp } from '@aegis/model';
import type {
  AuditEntry,
  AuditQuery,
  DecisionEvent,
  DecisionPage,
  DecisionQuery,
  JournalEntry,
  Ledger,
  PolicyVersion,
} from '@aegis/ports';
import { AppendQueue } from './append-queue.ts';
import { queryAudit } from './audit-queries.ts';
import { decisionHistory, decisionsInForce, queryDecisions } from './decision-queries.ts';
import { readJournal, readStrays } from './journal.ts';
import { appendPolicy, policyHistory } from './policies.ts';
import { PostgresDatabase, type PostgresOptions } from './postgres-database.ts';
import { retain } from './retain.ts';

export type PostgresLedgerOptions = Pick<PostgresOptions, 'url' | 'password'> &
  Partial<Omit<PostgresOptions, 'url' | 'password'>>;

/** Throws AegisError `ledger_unavailable` where the database cannot be reached. */
export async function openPostgresLedger(options: PostgresLedgerOptions): Promise<Ledger> {
  const defaults = { schema: 'aegis', connectTimeoutMs: 5_000, statementTimeoutMs: 30_000 };
  return new PostgresLedger(await PostgresDatabase.open({ ...defaults, ...options }));
}

class PostgresLedger implements Ledger {
  readonly #database: PostgresDatabase;
  readonly #queue: AppendQueue;

  constructor(database: PostgresDatabase) {
    this.#database = database;
    this.#queue = new AppendQueue(database);
  }

  async appendDecisions(
    events: readonly DecisionEvent[],
    audit: readonly AuditEntry[] = [],
  ): Promise<readonly boolean[]> {
    return events.length === 0 && audit.length === 0 ? [] : this.#queue.add({ events, audit });
  }

  decisionsInForce(at: Timestamp): Promise<readonly Decision[]> {
    return this.#database.read((sql) => decisionsInForce(sql, at));
  }

  decisionHistory(id: string): Promise<readonly DecisionEvent[]> {
    return this.#database.read((sql) => decisionHistory(sql, id));
  }

  decisions(query: DecisionQuery): Promise<DecisionPage> {
    return this.#database.read((sql) => queryDecisions(sql, query));
  }

  appendPolicy(version: PolicyVersion): Promise<void> {
    return this.#database.write((sql) => appendPolicy(sql, version));
  }

  policyHistory(name: string, limit: number): Promise<readonly PolicyVersion[]> {
    return this.#database.read((sql) => policyHistory(sql, name, limit));
  }

  async appendAudit(entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length > 0) await this.#queue.add({ events: [], audit: entries });
  }

  audit(query: AuditQuery): Promise<readonly AuditEntry[]> {
    return this.#database.read((sql) => queryAudit(sql, query));
  }

  journal(after: number, limit: number): Promise<readonly JournalEntry[]> {
    return this.#database.read((sql) => readJournal(sql, after, limit));
  }

  strays(limit: number): Promise<readonly string[]> {
    return this.#database.read((sql) => readStrays(sql, limit));
  }

  retain(since: Timestamp): Promise<number> {
    return retain(this.#database, since);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}
