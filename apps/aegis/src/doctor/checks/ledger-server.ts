import { readSecrets } from '../../config/env-secrets.ts';
import { type Check, fail, type NodeContext, ok } from '../check.ts';

/** The oldest PostgreSQL that the ledger is tested with. */
const NEEDED = 13;

export const ledgerServer: Check<NodeContext> = {
  name: 'ledger',
  async run({ config, env, readFile }) {
    const { url, schema } = config.ledger;
    if (url === '') return ok('in the data directory');
    const secrets = readSecrets(env, readFile);
    const password = secrets.ok ? secrets.value.ledgerPassword?.reveal() : undefined;
    const { describePostgres } = await import('@aegis/ledger-postgres');
    try {
      const facts = await describePostgres({ url, schema, ...(password === undefined ? {} : { password }) });
      const { version, major, timescale, mayWrite } = facts;
      if (major < NEEDED) return fail(`PostgreSQL ${version} is too old`, `take ${NEEDED} or later`);
      if (!mayWrite) {
        return fail(
          `its user may not make the schema ${schema}, or tables in it`,
          'grant CREATE on the database, or make the schema and grant USAGE and CREATE on it',
        );
      }
      const extension = timescale === undefined ? 'without TimescaleDB' : `with TimescaleDB ${timescale}`;
      return ok(`PostgreSQL ${version} ${extension}, schema ${schema}`);
    } catch (error) {
      return fail(
        (error as Error).message,
        'see that it runs, and that ledger.url and AEGIS_LEDGER_PASSWORD are right',
      );
    }
  },
};
