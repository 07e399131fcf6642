import type { Decision } from '@aegis/model';
import type { AuditEntry, DecisionEvent, Ledger } from '@aegis/ports';
import { describeWithReal, type PostgresOptions, type PostgresServer, startPostgres } from '@aegis/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgresLedger } from './postgres-ledger.ts';
import { type Sql, sqlOn } from './sql.ts';

const JANUARY = Date.UTC(2026, 0, 15);
const MONTH = 31 * 86_400_000;
/** Without its background workers: what they would do in their time is asked for. */
const PRELOADED = {
  args: ['-c', 'shared_preload_libraries=timescaledb', '-c', 'timescaledb.max_background_workers=0'],
};

describeWithReal('postgres', 'tables of time in partitions, or in hypertables where TimescaleDB is', () => {
  let server: PostgresServer;
  let client: Client;
  let sql: Sql;
  let hasTimescale: boolean;
  let number = 0;
  const schema = (): string => `time_${number}`;
  const open = (): Promise<Ledger> => openPostgresLedger({ url: server.url, schema: schema() });
  const openNew = (): Promise<Ledger> => {
    number++;
    return open();
  };

  const start = async (options: PostgresOptions): Promise<void> => {
    server = await startPostgres(options);
    client = new Client(server.url);
    client.on('error', () => undefined);
    await client.connect();
    sql = sqlOn(client);
  };

  beforeAll(async () => {
    await start({});
    const found = await sql`SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb'`;
    hasTimescale = found.length > 0;
    if (!hasTimescale) return;
    await client.end();
    await server.remove();
    await start(PRELOADED);
    await sql`CREATE EXTENSION timescaledb`;
  }, 120_000);
  afterAll(async () => {
    await client.end();
    await server.remove();
  });

  const childrenOf = async (table: string): Promise<readonly string[]> => {
    const rows = await sql<{ name: string }>`
      SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
      WHERE inhparent = ${`${schema()}.${table}`}::REGCLASS ORDER BY relname`;
    return rows.map(({ name }) => name);
  };

  /** As its policy would in time. */
  const compress = async (table: string): Promise<void> => {
    if (hasTimescale)
      await sql`SELECT compress_chunk(chunk, if_not_compressed => TRUE) FROM show_chunks(${`${schema()}.${table}`}) AS chunk`;
  };

  test('each month is a table of its own, and goes as a whole when it is past keeping', async () => {
    const ledger = await openNew();
    for (const month of [0, 1, 2]) {
      const at = JANUARY + month * MONTH;
      await ledger.appendDecisions([made(`d-${month}`, at, at + 1_000)], [audit(`a-${month}`, at)]);
    }
    // One month each, and in partitions the one for all others.
    const before = hasTimescale ? 3 : 4;
    for (const table of ['audit', 'decision_event']) {
      expect(await childrenOf(table)).toHaveLength(before);
      await compress(table);
    }
    expect(await ledger.retain(JANUARY + 2 * MONTH - 15 * 86_400_000)).toBe(4);
    // Chunks of TimescaleDB are of 30 days and do not start with the month.
    expect((await childrenOf('audit')).length).toBeLessThanOrEqual(before - (hasTimescale ? 1 : 2));
    expect((await ledger.audit({ limit: 10 })).map(({ id }) => id)).toEqual(['a-2']);
    expect((await ledger.journal(0, 10)).map(({ id }) => id)).toEqual(['a-2', 'made-d-2']);
    await ledger.close();
  });

  test('what is written of a month that went already is kept, by a process that did not see it go', async () => {
    const ledger = await openNew();
    const other = await open();
    for (const [i, each] of [ledger, other].entries()) await each.appendAudit([audit(`first-${i}`, JANUARY)]);
    expect(await ledger.retain(JANUARY + MONTH)).toBe(2);
    await other.appendAudit([audit('late', JANUARY)]);
    await ledger.appendAudit([audit('later', JANUARY)]);
    expect((await ledger.audit({ limit: 10 })).map(({ id }) => id)).toEqual(['later', 'late']);
    await Promise.all([ledger.close(), other.close()]);
  });

  test('a clock gone wrong makes no table', async () => {
    const ledger = await openNew();
    const times = [0, 1_000, 4e15, -1e15];
    await ledger.appendAudit(times.map((at) => audit(`at ${at}`, at)));
    expect((await ledger.audit({ limit: 10 })).map(({ at }) => at)).toEqual(times.toSorted((a, b) => b - a));
    if (!hasTimescale) expect(await childrenOf('audit')).toEqual(['audit_other']);
    expect(await ledger.retain(JANUARY)).toBe(3);
    await ledger.close();
  });

  test('events of one decision in several months are its history', async () => {
    const ledger = await openNew();
    const extended: DecisionEvent = {
      kind: 'extended',
      id: 'e',
      at: JANUARY + MONTH,
      by: 'engine',
      decisionId: 'd',
      expires: JANUARY + 5 * MONTH,
      reason: 'again',
    };
    await ledger.appendDecisions([made('d', JANUARY, JANUARY + 2 * MONTH)]);
    await compress('decision_event');
    await ledger.appendDecisions([extended]);
    expect(await ledger.retain(JANUARY + 3 * MONTH)).toBe(0);
    expect((await ledger.decisionHistory('d')).map(({ id }) => id)).toEqual(['made-d', 'e']);
    await ledger.close();
  });

  test('what was acknowledged outlives a kill -9 of the server, and the ledger goes on by itself', async () => {
    const ledger = await openNew();
    const acknowledged: string[] = [];
    let next = 0;
    let isKilled = false;
    const write = async (): Promise<void> => {
      while (!isKilled) {
        const id = `k-${next++}`;
        const written = await ledger.appendAudit([audit(id, JANUARY)]).then(
          () => true,
          () => false,
        );
        if (written) acknowledged.push(id);
      }
    };
    const writers = Promise.all([write(), write(), write()]);
    while (acknowledged.length < 50) await new Promise(setImmediate);
    await server.server.kill();
    isKilled = true;
    await writers;
    await expect(ledger.appendAudit([audit('away', JANUARY)])).rejects.toMatchObject({
      code: 'ledger_unavailable',
    });
    await server.start();
    await untilTaken(() => ledger.appendAudit([audit('back', JANUARY)]));
    const kept = new Set((await ledger.audit({ limit: 100_000 })).map(({ id }) => id));
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    expect(kept.has('back')).toBe(true);
    await ledger.close();
  });
});

async function untilTaken(write: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (attempt === 300) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function made(id: string, at: number, expires: number): DecisionEvent {
  const decision: Decision = {
    id,
    scope: 'ip',
    value: '192.0.2.1',
    action: 'ban',
    reason: 'test',
    origin: 'aegis',
    source: '',
    weight: 1,
    created: at,
    expires,
  };
  return { kind: 'made', id: `made-${id}`, at, by: 'engine', decision };
}

function audit(id: string, at: number): AuditEntry {
  return { id, at, actor: 'alice', action: 'test', target: '', from: 'local', result: 'ok', detail: {} };
}
