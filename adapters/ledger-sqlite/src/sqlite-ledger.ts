import type { Decision, Timestamp } from '@aegis/model';
import type {
  AuditEntry,
  AuditQuery,
  DecisionEvent,
  DecisionPage,
  DecisionQuery,
  Ledger,
  PolicyVersion,
} from '@aegis/ports';
import { Database } from '@aegis/sqlite';
import { AuditTable } from './audit-table.ts';
import { queryDecisions } from './decision-query.ts';
import { DecisionTable } from './decision-table.ts';
import { PolicyTable } from './policy-table.ts';
import { LEDGER_SCHEMA } from './schema.ts';

export interface SqliteLedgerOptions {
  /** The file; several processes may share it. */
  readonly path: string;
}

/** Rows that one transaction of `retain` removes: bounds how long others wait for it. */
const RETAIN_BATCH = 1000;

/** Throws AegisError `ledger_unavailable` where the file cannot be opened. */
export function openSqliteLedger({ path }: SqliteLedgerOptions): Ledger {
  return new SqliteLedger(
    Database.open({ path, migrations: LEDGER_SCHEMA, unavailable: 'ledger_unavailable' }),
  );
}

class SqliteLedger implements Ledger {
  readonly #database: Database;
  readonly #decisions: DecisionTable;
  readonly #policies: PolicyTable;
  readonly #audit: AuditTable;

  constructor(database: Database) {
    this.#database = database;
    this.#decisions = database.read((db) => new DecisionTable(db));
    this.#policies = database.read((db) => new PolicyTable(db));
    this.#audit = database.read((db) => new AuditTable(db));
  }

  async appendDecisions(
    events: readonly DecisionEvent[],
    audit: readonly AuditEntry[] = [],
  ): Promise<readonly boolean[]> {
    if (events.length === 0 && audit.length === 0) return [];
    return this.#database.write(() => {
      for (const entry of audit) this.#audit.append(entry);
      return events.map((event) => this.#decisions.append(event));
    });
  }

  async decisionsInForce(at: Timestamp): Promise<readonly Decision[]> {
    return this.#database.read(() => this.#decisions.inForce(at));
  }

  async decisionHistory(id: string): Promise<readonly DecisionEvent[]> {
    return this.#database.read(() => this.#decisions.history(id));
  }

  async decisions(query: DecisionQuery): Promise<DecisionPage> {
    return this.#database.read((db) => queryDecisions(db, query));
  }

  async appendPolicy(version: PolicyVersion): Promise<void> {
    await this.#database.write(() => this.#policies.append(version));
  }

  async policyHistory(name: string, limit: number): Promise<readonly PolicyVersion[]> {
    return this.#database.read(() => this.#policies.history(name, limit));
  }

  async appendAudit(entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.#database.write(() => {
      for (const entry of entries) this.#audit.append(entry);
    });
  }

  async audit(query: AuditQuery): Promise<readonly AuditEntry[]> {
    return this.#database.read(() => this.#audit.query(query));
  }

  async retain(since: Timestamp): Promise<number> {
    await this.#database.write(() => this.#decisions.removeEarly(since));
    const decisions = await this.#inBatches((limit) => this.#decisions.removeEnded(since, limit));
    return decisions + (await this.#inBatches((limit) => this.#audit.remove(since, limit)));
  }

  async #inBatches(remove: (limit: number) => number): Promise<number> {
    let total = 0;
    for (;;) {
      const removed = await this.#database.write(() => remove(RETAIN_BATCH));
      total += removed;
      if (removed < RETAIN_BATCH) return total;
    }
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}
