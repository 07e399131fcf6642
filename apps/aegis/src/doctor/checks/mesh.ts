import { CHANNELS } from '@aegis/mesh';
import { describeRedis } from '@aegis/stream-redis';
import { readSecrets, type Secrets } from '../../config/env-secrets.ts';
import { meshCredentials, meshServer } from '../../mesh/open-mesh.ts';
import { type Check, type Finding, fail, type NodeContext, ok, warn } from '../check.ts';

/** Sharded Pub/Sub came with it. */
const NEEDED = 7;
const DAY_MS = 86_400_000;
const RENEW_DAYS = 7;

/** The token of this node, and the Redis at which the nodes meet. */
export const mesh: Check<NodeContext> = {
  name: 'mesh',
  async run(context) {
    const { config, env, readFile } = context;
    const secrets = readSecrets(env, readFile);
    if (!secrets.ok || config.mesh.hosts.length === 0) return ok('none; this node is alone');
    const token = tokenFindings(context, secrets.value);
    return [...token, ...(await serverFindings(context, secrets.value))];
  },
};

function tokenFindings({ config, dir, clock }: NodeContext, secrets: Secrets): readonly Finding[] {
  try {
    const credentials = meshCredentials(config, secrets, dir);
    if (credentials === undefined) return [];
    const { mesh: name, node, region, expires } = credentials;
    const days = Math.floor((expires - clock.now()) / DAY_MS);
    const mend = `make another where the mesh was made: aegis mesh token ${node} --region ${region}`;
    if (days < 0) return fail(`the token of ${node} for the mesh ${name} has expired`, mend);
    const what = `${node} of the mesh ${name}, its token is good for ${days} days`;
    return days < RENEW_DAYS ? warn(what, mend) : ok(what);
  } catch (error) {
    return fail((error as Error).message, 'see "aegis mesh token --help"');
  }
}

async function serverFindings({ config }: NodeContext, secrets: Secrets): Promise<readonly Finding[]> {
  const server = meshServer(config, secrets);
  if (server === undefined) return [];
  try {
    const facts = await describeRedis(server, CHANNELS.defense_action);
    const { version, persistence, maxMemory, evictionPolicy } = facts;
    if (Number(version.split('.')[0]) < NEEDED)
      return fail(`Redis ${version} is too old for a mesh`, `take ${NEEDED}.0 or later`);
    if (maxMemory > 0 && evictionPolicy !== 'noeviction') {
      return fail(
        `maxmemory-policy is ${evictionPolicy}: Redis may throw away what the nodes have yet to read`,
        'set maxmemory-policy noeviction',
      );
    }
    return persistence === 'none'
      ? warn(
          'Redis keeps nothing: when it restarts every node has to tell everything again',
          'set appendonly yes',
        )
      : ok(`Redis ${version}, ${persistence}`);
  } catch (error) {
    const mend =
      'see that it runs, and that mesh.hosts, mesh.kind, redis.* and AEGIS_REDIS_PASSWORD are right';
    return fail((error as Error).message, mend);
  }
}
