import type { Address, Attacker, CcServer, Pattern, Timestamp } from '@aegis/model';
import type {
  AttackerReport,
  Memory,
  MemoryQuery,
  MemoryReport,
  PatternLikeness,
  PatternReport,
} from '@aegis/ports';
import { Database } from '@aegis/sqlite';
import { AttackerTable } from './attacker-table.ts';
import { CcServerTable } from './cc-server-table.ts';
import { MemberSets } from './member-sets.ts';
import { PatternTable } from './pattern-table.ts';
import { MEMORY_SCHEMA } from './schema.ts';
import { SeenReports } from './seen-reports.ts';
import { SignatureChanges } from './signature-changes.ts';
import { SignatureIndex } from './signature-index.ts';

export interface SqliteMemoryOptions {
  /** The file; several processes may share it. */
  readonly path: string;
  /**
   * How many of the newest report ids are remembered; default 1,000,000. A report that is delivered again after
   * more than so many others counts again. Raising it costs about 60 bytes of disk each.
   */
  readonly keepReports?: number;
}

/** Subjects that one transaction of `forget` removes: bounds how long others wait for it. */
const FORGET_BATCH = 500;

/** Page cache: what a million reports touch, with their digests in no order, is far more than SQLite's 2 MiB. */
const CACHE_MIB = 32;

/** Throws AegisError `memory_unavailable` where the file cannot be opened. */
export function openSqliteMemory({ path, keepReports = 1_000_000 }: SqliteMemoryOptions): Memory {
  const database = Database.open({
    path,
    migrations: MEMORY_SCHEMA,
    unavailable: 'memory_unavailable',
    cacheMiB: CACHE_MIB,
  });
  return new SqliteMemory(database, keepReports);
}

class SqliteMemory implements Memory {
  readonly #database: Database;
  readonly #seen: SeenReports;
  readonly #patterns: PatternTable;
  readonly #attackers: AttackerTable;
  readonly #ccServers: CcServerTable;
  readonly #signatures: SignatureIndex;

  constructor(database: Database, keepReports: number) {
    this.#database = database;
    const changes = database.read((db) => new SignatureChanges(db));
    const members = database.read((db) => new MemberSets(db, changes));
    this.#signatures = database.read((db) => new SignatureIndex(db, members, changes));
    this.#seen = database.read((db) => new SeenReports(db, keepReports));
    this.#patterns = database.read((db) => new PatternTable(db, members));
    this.#attackers = database.read((db) => new AttackerTable(db));
    this.#ccServers = database.read((db) => new CcServerTable(db, members));
  }

  async report(reports: readonly MemoryReport[]): Promise<void> {
    if (reports.length === 0) return;
    await this.#database.write(() => this.#merge(this.#seen.fresh(reports)));
  }

  /** What is of one subject is put together first, and written once. */
  #merge(reports: readonly MemoryReport[]): void {
    const patterns = new Map<string, PatternReport[]>();
    const attackers = new Map<Address, AttackerReport[]>();
    for (const report of reports) {
      if (report.kind === 'pattern') gather(patterns, report.pattern, report);
      else if (report.kind === 'attacker') gather(attackers, report.address, report);
      else this.#ccServers.merge(report);
    }
    for (const each of patterns.values()) this.#patterns.merge(each);
    for (const each of attackers.values()) this.#attackers.merge(each);
  }

  async pattern(id: string): Promise<Pattern | undefined> {
    return this.#database.read(() => this.#patterns.get(id));
  }

  async patternsSharing(signatures: readonly string[]): Promise<readonly PatternLikeness[]> {
    return this.#database.read(() => this.#signatures.sharing(signatures));
  }

  async patterns(query: MemoryQuery): Promise<readonly Pattern[]> {
    return this.#database.read(() => this.#patterns.recent(query));
  }

  async attacker(address: Address): Promise<Attacker | undefined> {
    return this.#database.read(() => this.#attackers.get(address));
  }

  async attackers(query: MemoryQuery): Promise<readonly Attacker[]> {
    return this.#database.read(() => this.#attackers.recent(query));
  }

  async ccServer(address: Address, port: number): Promise<CcServer | undefined> {
    return this.#database.read(() => this.#ccServers.get(address, port));
  }

  async ccServers(query: MemoryQuery): Promise<readonly CcServer[]> {
    return this.#database.read(() => this.#ccServers.recent(query));
  }

  async forget(before: Timestamp): Promise<number> {
    let total = 0;
    for (const table of [this.#patterns, this.#attackers, this.#ccServers]) {
      let forgotten: number;
      do {
        forgotten = await this.#database.write(() => table.forget(before, FORGET_BATCH));
        total += forgotten;
      } while (forgotten === FORGET_BATCH);
    }
    return total;
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

function gather<Key, Report>(into: Map<Key, Report[]>, key: Key, report: Report): void {
  const known = into.get(key);
  if (known === undefined) into.set(key, [report]);
  else known.push(report);
}
