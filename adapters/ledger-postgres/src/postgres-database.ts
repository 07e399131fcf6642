import { AegisError } from '@aegis/model';
import { type ClientBase, Pool, types } from 'pg';
import { type Layout, LEDGER_MIGRATIONS } from './schema.ts';
import { name, type Sql, sqlOn } from './sql.ts';

export interface PostgresOptions {
  /** `postgres://aegis@db.example:5432/aegis?sslmode=verify-full` */
  readonly url: string;
  /** Where the URL has none. */
  readonly password?: string;
  /** The schema of the database in which the tables are, `[a-z0-9_]+`; made where it is missing. */
  readonly schema: string;
  /** How long a connection may take to open, or to become free, ms. */
  readonly connectTimeoutMs: number;
  /** How long a statement may take, ms. */
  readonly statementTimeoutMs: number;
}

/** Connections of one process: one writer at a time, and readers beside it. */
const MOST_CONNECTIONS = 4;
/** Of `pg_advisory_xact_lock`, beside the schema's own number: whoever migrates or writes holds it. */
const WRITER_LOCK = 0x0ae6;
/** PostgreSQL's number of the type BIGINT. */
const BIGINT = 20;

/** The pool, the schema in it, and the one lock of writers. */
export class PostgresDatabase {
  readonly #pool: Pool;
  readonly #schema: string;
  #layout: Layout = 'partitions';
  #closed: Promise<void> | undefined;

  private constructor(pool: Pool, schema: string) {
    this.#pool = pool;
    this.#schema = schema;
  }

  /** Throws AegisError `ledger_unavailable` where it cannot be reached, or was written by a newer Aegis. */
  static async open(options: PostgresOptions): Promise<PostgresDatabase> {
    const { url, password, schema, connectTimeoutMs, statementTimeoutMs } = options;
    const pool = new Pool({
      connectionString: url,
      ...(password === undefined ? {} : { password }),
      max: MOST_CONNECTIONS,
      connectionTimeoutMillis: connectTimeoutMs,
      statement_timeout: statementTimeoutMs,
      application_name: 'aegis',
      options: `-c search_path=${schema},public`,
      keepAlive: true,
      allowExitOnIdle: true,
      // Times and counts stay far below 2^53.
      types: { getTypeParser: (of, format) => (of === BIGINT ? Number : types.getTypeParser(of, format)) },
    });
    // A connection that breaks while nobody uses it is replaced; the next statement tells of a server that is away.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => void client.on('error', () => undefined));
    const database = new PostgresDatabase(pool, schema);
    try {
      await database.#migrate();
      return database;
    } catch (cause) {
      await database.close();
      throw fault(cause);
    }
  }

  get layout(): Layout {
    return this.#layout;
  }

  /** Runs queries on one connection. */
  async read<T>(query: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#connected((client) => query(sqlOn(client)));
  }

  /** Runs `work` in a transaction that no other writer of this schema overlaps, in whatever process. */
  async write<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#connected(async (client) => {
      const sql = sqlOn(client);
      await sql`BEGIN`;
      try {
        await this.#lock(sql);
        const result = await work(sql);
        await sql`COMMIT`;
        return result;
      } catch (error) {
        await sql`ROLLBACK`.catch(() => undefined);
        throw error;
      }
    });
  }

  /** Ends when what is under way has ended. */
  close(): Promise<void> {
    this.#closed ??= this.#pool.end();
    return this.#closed;
  }

  async #connected<T>(work: (client: ClientBase) => Promise<T>): Promise<T> {
    if (this.#closed !== undefined) throw new AegisError('ledger_unavailable', 'the ledger is closed');
    try {
      const client = await this.#pool.connect();
      try {
        const result = await work(client);
        client.release();
        return result;
      } catch (error) {
        // One that told of the data is sound; of any other a new one takes the place.
        client.release(!isAboutData(error) && !(error instanceof AegisError));
        throw error;
      }
    } catch (cause) {
      throw fault(cause);
    }
  }

  /** Holds it until the transaction ends. */
  async #lock(sql: Sql): Promise<void> {
    await sql`SELECT pg_advisory_xact_lock(${WRITER_LOCK}, hashtext(${this.#schema}))`;
  }

  #migrate(): Promise<void> {
    return this.#connected(async (client) => {
      const sql = sqlOn(client);
      await sql`BEGIN`;
      await this.#lock(sql);
      await sql`CREATE SCHEMA IF NOT EXISTS ${name(this.#schema)}`;
      await sql`
        CREATE TABLE IF NOT EXISTS migration (step INT PRIMARY KEY, layout TEXT NOT NULL, applied TIMESTAMPTZ NOT NULL)`;
      const [last] = await sql<{ step: number; layout: Layout }>`
        SELECT step, layout FROM migration ORDER BY step DESC LIMIT 1`;
      const done = last?.step ?? 0;
      if (done > LEDGER_MIGRATIONS.length) {
        const message = `schema ${this.#schema} is at step ${done}, and this Aegis knows ${LEDGER_MIGRATIONS.length}: it was written by a newer one`;
        throw new AegisError('ledger_unavailable', message);
      }
      // What was laid out one way stays so: an extension that comes later changes nothing by itself.
      this.#layout = last?.layout ?? (await layoutFor(sql));
      for (const [index, step] of LEDGER_MIGRATIONS.entries()) {
        if (index < done) continue;
        await sql.text(step(this.#layout));
        await sql`INSERT INTO migration VALUES (${index + 1}, ${this.#layout}, now())`;
      }
      await sql`COMMIT`;
    });
  }
}

async function layoutFor(sql: Sql): Promise<Layout> {
  const found = await sql`SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'`;
  return found.length > 0 ? 'hypertables' : 'partitions';
}

/** SQLSTATE classes that tell of the data and not of the server: 22 data exception, 23 integrity constraint. */
function isAboutData(cause: unknown): boolean {
  const code = (cause as { readonly code?: unknown }).code;
  return typeof code === 'string' && /^2[23]...$/.test(code);
}

function fault(cause: unknown): unknown {
  if (cause instanceof AegisError || isAboutData(cause)) return cause;
  const message = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new AegisError('ledger_unavailable', `PostgreSQL: ${message}`, { cause });
}
