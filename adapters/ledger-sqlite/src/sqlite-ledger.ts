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
import { Database } from '@aegis/sqlite';
import { AuditTable } from './audit-table.ts';
import { queryDecisions } from './decision-query.ts';
import { DecisionTable } from './decision-table.ts';
import { type JournalRow, JournalTable } from './journal-table.ts';
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
  readonly #journal: JournalTable;

  constructor(database: Database) {
    this.#database = database;
    this.#decisions = database.read((db) => new DecisionTable(db));
    this.#policies = database.read((db) => new PolicyTable(db));
    this.#audit = database.read((db) => new AuditTable(db));
    this.#journal = database.read((db) => new JournalTable(db));
  }

  async appendDecisions(
    events: readonly DecisionEvent[],
    audit: readonly AuditEntry[] = [],
  ): Promise<readonly boolean[]> {
    if (events.length === 0 && audit.length === 0) return [];
    return this.#database.write(() => {
      this.#appendAudit(audit);
      return events.map((event) => {
        const isNew = this.#decisions.append(event);
        if (isNew) this.#journal.append('decision', event.id, event.at);
        return isNew;
      });
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
    await this.#database.write(() => {
      this.#policies.append(version);
      this.#journal.append('policy', `${version.name}@${version.version}`, version.at);
    });
  }

  async policyHistory(name: string, limit: number): Promise<readonly PolicyVersion[]> {
    return this.#database.read(() => this.#policies.history(name, limit));
  }

  async appendAudit(entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.#database.write(() => this.#appendAudit(entries));
  }

  async audit(query: AuditQuery): Promise<readonly AuditEntry[]> {
    return this.#database.read(() => this.#audit.query(query));
  }

  async journal(after: number, limit: number): Promise<readonly JournalEntry[]> {
    return this.#database.read(() => this.#journal.after(after, limit).map((row) => this.#entryOf(row)));
  }

  async strays(limit: number): Promise<readonly string[]> {
    return this.#database.read(() => this.#journal.strays(limit));
  }

  async retain(since: Timestamp): Promise<number> {
    await this.#database.write(() => this.#decisions.removeEarly(since));
    const decisions = await this.#inBatches((limit) => this.#decisions.removeEnded(since, limit));
    const audit = await this.#inBatches((limit) => this.#audit.remove(since, limit));
    await this.#inBatches((limit) => this.#journal.removeGone(since, limit));
    return decisions + audit;
  }

  #appendAudit(entries: readonly AuditEntry[]): void {
    for (const entry of entries)
      if (this.#audit.append(entry)) this.#journal.append('audit', entry.id, entry.at);
  }

  #entryOf({ number, kind, id, at }: JournalRow): JournalEntry {
    if (kind === 'audit') return { number, kind, id, at, ...told(this.#audit.find(id)) };
    if (kind === 'decision') return { number, kind, id, at, ...told(this.#decisions.find(id)) };
    return { number, kind, id, at, ...told(this.#policies.find(id)) };
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

function told<Record>(record: Record | undefined): { readonly record?: Record } {
  return record === undefined ? {} : { record };
}
