import { openRedisBus } from '@aegis/bus-redis';
import { type Credentials, readCredentials } from '@aegis/mesh';
import { AegisError } from '@aegis/model';
import type { Bus } from '@aegis/ports';
import type { RedisServerOptions } from '@aegis/redis';
import type { Config } from '../config/config.ts';
import type { Secrets } from '../config/env-secrets.ts';
import { type DataDir, readIfThere } from '../node/data-dir.ts';
import { redisAccess } from '../node/open-streams.ts';

/**
 * With what this node takes part in a mesh; undefined where the config names none. The token is that of the
 * environment, otherwise the one in the data directory. Throws AegisError `bad_mesh_token`.
 */
export function meshCredentials(config: Config, secrets: Secrets, dir: DataDir): Credentials | undefined {
  if (config.mesh.hosts.length === 0) return undefined;
  const text = secrets.meshToken?.reveal() ?? readIfThere(dir.meshToken);
  if (text === undefined) {
    throw new AegisError(
      'bad_mesh_token',
      'mesh.hosts is set, and this node has no token: run "aegis mesh init" here for a new mesh, or "aegis mesh token ' +
        `${config.node.id}" where that was done and set AEGIS_MESH_TOKEN`,
    );
  }
  const credentials = readCredentials(text);
  if (!credentials.ok)
    throw new AegisError('bad_mesh_token', `the mesh token of this node: ${credentials.error}`);
  const { node, region } = credentials.value;
  const { id, region: own } = config.node;
  if (node !== id || region !== own) {
    throw new AegisError(
      'bad_mesh_token',
      `the mesh token is of node ${node} in ${region}, and this is node ${id} in ${own}: set NODE_ID and REGION, or ` +
        `make another token with "aegis mesh token ${id} --region ${own}"`,
    );
  }
  return credentials.value;
}

/** The Redis at which the nodes meet; undefined where the config names none. */
export function meshServer(config: Config, secrets: Secrets): RedisServerOptions | undefined {
  const { hosts, kind, sentinelMaster } = config.mesh;
  const [first, ...others] = hosts;
  if (first === undefined) return undefined;
  const isCluster = kind === 'cluster' || (kind === 'auto' && others.length > 0);
  return {
    ...redisAccess(config, secrets),
    servers: [first, ...others],
    ...(isCluster ? { cluster: true } : {}),
    ...(kind === 'sentinel' ? { sentinel: { master: sentinelMaster } } : {}),
  };
}

/** The bus of the mesh; undefined where the config names none. */
export function openMeshBus(config: Config, secrets: Secrets): Bus | undefined {
  const server = meshServer(config, secrets);
  return server && openRedisBus({ ...server, keep: config.mesh.keep });
}
