import type { DatabaseSync } from 'node:sqlite';
import type {
  AddressBan,
  CaseRecord,
  ClientRecord,
  GuardChanges,
  GuardMemory,
  GuardStore,
} from '@aegis/ports';
import { Database } from '@aegis/sqlite';
import { GUARD_SCHEMA } from './schema.ts';

const UNAVAILABLE = 'guard_store_unavailable';

/** Throws AegisError `guard_store_unavailable` where the file cannot be opened. */
export function openSqliteGuardStore({ path }: { readonly path: string }): GuardStore {
  // What a second has changed may go with a power cut; nothing goes with a killed process.
  const database = Database.open({
    path,
    migrations: GUARD_SCHEMA,
    unavailable: UNAVAILABLE,
    survives: 'kill',
  });
  return {
    load: async () => database.read(load),
    save: async (changes) => database.write((db) => save(db, changes)),
    close: () => database.close(),
  };
}

function load(db: DatabaseSync): GuardMemory {
  const records = <T>(query: string): readonly T[] =>
    db
      .prepare(query)
      .all()
      .map(({ record }) => JSON.parse(String(record)) as T);
  return {
    clients: records<ClientRecord>('SELECT record FROM clients'),
    bans: records<AddressBan>('SELECT record FROM bans'),
    cases: records<CaseRecord>('SELECT record FROM cases ORDER BY number'),
  };
}

function save(db: DatabaseSync, changes: GuardChanges): void {
  const each = <T>(query: string, items: readonly T[], values: (item: T) => readonly string[]): void => {
    if (items.length === 0) return;
    const statement = db.prepare(query);
    for (const item of items) statement.run(...values(item));
  };
  const upsert = (table: string, key: string): string =>
    `INSERT INTO ${table} (${key}, record) VALUES (?, ?) ON CONFLICT (${key}) DO UPDATE SET record = excluded.record`;
  each('DELETE FROM clients WHERE user = ?', changes.forgottenClients, (user) => [user]);
  each('DELETE FROM bans WHERE address = ?', changes.liftedBans, (address) => [address]);
  each('DELETE FROM cases WHERE id = ?', changes.forgottenCases, (id) => [id]);
  each(upsert('clients', 'user'), changes.clients, (client) => [client.user, JSON.stringify(client)]);
  each(upsert('bans', 'address'), changes.bans, (ban) => [ban.address, JSON.stringify(ban)]);
  each(upsert('cases', 'id'), changes.cases, (record) => [record.id, JSON.stringify(record)]);
}
