import { AegisError } from '@aegis/model';
import { Client } from 'pg';
import { sqlOn } from './sql.ts';

/** What matters of a server that is to keep a ledger. */
export interface PostgresFacts {
  /** `15.14` */
  readonly version: string;
  /** The first number of it. */
  readonly major: number;
  /** Of TimescaleDB, where the database has it. */
  readonly timescale: string | undefined;
  /** Whether the user may make the schema, or finds it made. */
  readonly mayWrite: boolean;
}

/** Looks and changes nothing. Throws AegisError `ledger_unavailable`. */
export async function describePostgres(options: {
  readonly url: string;
  readonly password?: string;
  readonly schema: string;
  /** Default 5,000. */
  readonly timeoutMs?: number;
}): Promise<PostgresFacts> {
  const { url, password, schema, timeoutMs = 5_000 } = options;
  const client = new Client({
    connectionString: url,
    ...(password === undefined ? {} : { password }),
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs,
    application_name: 'aegis doctor',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const [facts] = await sqlOn(client)<PostgresFacts>`
      SELECT
        split_part(current_setting('server_version'), ' ', 1) AS version,
        current_setting('server_version_num')::INT / 10000 AS major,
        (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb') AS timescale,
        coalesce(
          (SELECT has_schema_privilege(oid, 'CREATE, USAGE') FROM pg_namespace WHERE nspname = ${schema}),
          has_database_privilege(current_database(), 'CREATE')
        ) AS "mayWrite"`;
    if (facts === undefined) throw new Error('it says nothing of itself');
    return { ...facts, timescale: facts.timescale ?? undefined };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message || cause.name : String(cause);
    throw new AegisError('ledger_unavailable', `PostgreSQL: ${message}`, { cause });
  } finally {
    await client.end().catch(() => undefined);
  }
}
