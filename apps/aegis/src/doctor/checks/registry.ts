import type { EtcdFacts, EtcdMember, EtcdOptions } from '@aegis/registry-etcd';
import { readSecrets } from '../../config/env-secrets.ts';
import { etcdOptions } from '../../node/open-registry.ts';
import { type Check, type Finding, fail, type NodeContext, ok, warn } from '../check.ts';
import { isLoopback } from '../reach.ts';

/** 3.4 is the first whose watches come in pieces. */
const NEEDED = [3, 4] as const;
const MIB = 1_048_576;

export const registry: Check<NodeContext> = {
  name: 'registry',
  async run({ config, dir, env, readFile }) {
    const secrets = readSecrets(env, readFile);
    const options = secrets.ok ? etcdOptions(config, secrets.value) : undefined;
    if (options === undefined) return ok(`this node's own, in ${dir.registry}`);
    const { describeEtcd } = await import('@aegis/registry-etcd');
    const facts = await describeEtcd(options);
    const isFar = config.registry.endpoints.some(({ host }) => !isLoopback(host));
    return [...answersOf(facts, options), ...membersOf(facts), ...(isFar ? wayTo(options) : [])];
  },
};

/** Whether it can be read by this user, which takes a majority of its members. */
function answersOf(
  { members, revision, trouble }: EtcdFacts,
  { user, prefix }: EtcdOptions,
): readonly Finding[] {
  if (trouble !== undefined) return fail(trouble, mendOf(trouble, members));
  const [first] = members.filter((member) => member.version !== undefined);
  const as = user === undefined ? '' : ` as ${user}`;
  const size = Math.ceil((first?.databaseBytes ?? 0) / MIB);
  return ok(`etcd ${first?.version ?? ''}, ${prefix}${as}, at revision ${revision}, ${size} MiB`);
}

function mendOf(trouble: string, members: readonly EtcdMember[]): string {
  if (/invalid user ID or password|user name is empty/.test(trouble))
    return 'see that registry.user and AEGIS_REGISTRY_PASSWORD are right';
  if (/permission denied/.test(trouble))
    return 'etcdctl role grant-permission ROLE readwrite --prefix=true PREFIX, for the role of this user';
  const there = members.filter((member) => member.version !== undefined).length;
  return there > 0
    ? `${there} of ${members.length} endpoints answer, which is no majority: see that most members run and reach each other`
    : 'see that etcd runs, and that registry.endpoints and registry.tls are right; meanwhile what was known last holds';
}

function membersOf({ members, trouble }: EtcdFacts): readonly Finding[] {
  return members.flatMap((member): readonly Finding[] => {
    const { endpoint, version = '', errors = [] } = member;
    // One finding is enough where none of them answers.
    if (member.trouble !== undefined)
      return trouble === undefined
        ? warn(member.trouble, 'see that it runs: another failure may be one too many')
        : [];
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const isOld = major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1]);
    return [
      ...(isOld ? fail(`etcd ${version} at ${endpoint} is too old`, 'take 3.4 or later') : []),
      ...errors.flatMap((error) =>
        fail(`${endpoint} says: ${error}`, 'etcdctl alarm list; then mend what it names'),
      ),
    ];
  });
}

function wayTo({ tls, endpoints }: EtcdOptions): readonly Finding[] {
  return [
    ...(tls === undefined
      ? warn(
          'etcd is spoken to without TLS: whoever is in between can change policies and make API keys',
          'set registry.tls.enabled, and start etcd with --cert-file and --client-cert-auth',
        )
      : []),
    ...(endpoints.length === 1
      ? warn(
          'one endpoint is named, and none to go to when it fails',
          'name every member in registry.endpoints',
        )
      : []),
  ];
}
