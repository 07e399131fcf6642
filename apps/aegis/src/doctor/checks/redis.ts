import { describeRedis, type RedisFacts } from '@aegis/stream-redis';
import { readSecrets } from '../../config/env-secrets.ts';
import { redisServer, streamPlace } from '../../node/open-streams.ts';
import { type Check, type Finding, fail, type NodeContext, ok, warn } from '../check.ts';

/** XAUTOCLAIM came with 6.2; from 7.0 on Redis knows how far a group is behind. */
const NEEDED = [6, 2] as const;
const MEMORY_SHARE = 0.8;

export const redis: Check<NodeContext> = {
  name: 'redis',
  async run({ config, dir, env, readFile }) {
    const secrets = readSecrets(env, readFile);
    const server = secrets.ok ? redisServer(config, secrets.value) : undefined;
    if (server === undefined) return ok('none; sessions wait in the data directory');
    try {
      const facts = await describeRedis(server, config.pipeline.stream);
      const findings = findingsOf(facts);
      return findings.length > 0
        ? findings
        : ok(`${facts.version}, ${streamPlace(config, dir)}, ${facts.persistence}`);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      return fail(what, 'see that it runs, and that redis.* and AEGIS_REDIS_PASSWORD are right');
    }
  },
};

function findingsOf(facts: RedisFacts): readonly Finding[] {
  const findings: Finding[] = [];
  const [major = 0, minor = 0] = facts.version.split('.').map(Number);
  if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
    findings.push(
      ...fail(`Redis ${facts.version} is too old`, 'take 6.2 or later; 7.0 knows the backlog exactly'),
    );
  }
  if (facts.persistence === 'none') {
    findings.push(
      ...fail('Redis keeps nothing: sessions that wait are gone when it restarts', 'set appendonly yes'),
    );
  } else if (facts.persistence === 'snapshots') {
    findings.push(
      ...warn(
        'Redis keeps snapshots alone: a crash loses what came after the last one',
        'set appendonly yes',
      ),
    );
  }
  if (facts.maxMemory > 0 && facts.evictionPolicy !== 'noeviction') {
    findings.push(
      ...fail(
        `maxmemory-policy is ${facts.evictionPolicy}: Redis may throw the whole stream away`,
        'set maxmemory-policy noeviction, so that it refuses new sessions instead',
      ),
    );
  }
  if (facts.maxMemory > 0 && facts.usedMemory > facts.maxMemory * MEMORY_SHARE) {
    const share = Math.round((100 * facts.usedMemory) / facts.maxMemory);
    findings.push(...warn(`${share} % of the memory that Redis may have is in use`, 'raise maxmemory'));
  }
  return findings;
}
