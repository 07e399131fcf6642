import type { ServerAddress } from '../server-address.ts';
import type { Section } from '../setting.ts';
import { choice, duration, flag, servers, text, whole } from '../setting-kinds.ts';

export interface MeshSettings {
  /** Empty: the node is alone. */
  readonly hosts: readonly ServerAddress[];
  readonly kind: 'auto' | 'single' | 'cluster' | 'sentinel';
  readonly sentinelMaster: string;
  readonly keep: number;
  readonly heartbeatMs: number;
  readonly replayWindowMs: number;
  readonly maxPerSecond: number;
  readonly maxPerNode: number;
  readonly maxInfluence: number;
  readonly followPolicies: boolean;
}

export const meshSection: Section<MeshSettings> = {
  is: 'section',
  key: 'mesh',
  doc: 'Nodes that share what they learn and act as one, over a Redis of version 7 or later. User, database, timeout and TLS are those of the section redis, the password too. A node joins with the token that "aegis mesh token" made for it: AEGIS_MESH_TOKEN or AEGIS_MESH_TOKEN_FILE.',
  members: {
    hosts: servers({
      key: 'hosts',
      doc: 'The Redis of the mesh, or servers of a Redis Cluster, or its sentinels. Empty: this node is alone.',
      most: 100,
      defaultPort: 6379,
      variables: ['REDIS_HOSTS'],
    }),
    kind: choice({
      key: 'kind',
      doc: 'What hosts names: one server, servers of a Cluster, or sentinels. "auto" takes one host for a server and several for a Cluster.',
      initial: 'auto',
      choices: ['auto', 'single', 'cluster', 'sentinel'],
    }),
    sentinelMaster: text({
      key: 'sentinel_master',
      doc: 'The name under which the sentinels watch the master.',
      initial: 'mymaster',
      pattern: /^[A-Za-z0-9._-]{1,100}$/,
      expected: 'a name of letters, digits, ".", "_" or "-"',
    }),
    keep: whole({
      key: 'keep',
      doc: 'Messages that Redis keeps of each channel, so that a node that was away reads what it missed. Who was away for longer reads all that is in force instead.',
      cost: 'Memory of Redis: some 1.5 KB each.',
      initial: 100_000,
      min: 1_000,
      max: 10_000_000,
      unit: 'messages',
    }),
    heartbeatMs: duration({
      key: 'heartbeat',
      doc: 'How often a node says that it is there; less often in a mesh of more than 700 nodes. Degraded once one is missing, offline once two are.',
      cost: 'A node that is gone is noticed this much later.',
      initial: '10s',
      min: '500ms',
      max: '5m',
    }),
    replayWindowMs: duration({
      key: 'replay_window',
      doc: 'How much time there may be between the sending of a message and its arrival at Redis. What is older or newer is dropped as a replay.',
      cost: 'A message that was recorded can be played again for this much longer; what it asks for is still done once.',
      initial: '1m',
      min: '5s',
      max: '1h',
    }),
    maxPerSecond: whole({
      key: 'max_per_second',
      doc: 'Messages that one node may send in the long run, ten times as many at once. It keeps to this itself; what others send beyond it is dropped.',
      cost: 'A node that was taken over can make the others work this much.',
      initial: 5_000,
      min: 10,
      max: 1_000_000,
      unit: 'messages',
    }),
    maxPerNode: whole({
      key: 'max_per_node',
      doc: 'Decisions of one other node that may be in force here at once.',
      cost: 'A node that was taken over can use up this much of decisions.max_in_force.',
      initial: 200_000,
      min: 10,
      max: 16_000_000,
      unit: 'decisions',
    }),
    maxInfluence: whole({
      key: 'max_influence',
      doc: 'The most that suspicions of one node count for, where several nodes together are to decide what none of them is sure of. Below decisions.min_confidence no node decides alone.',
      cost: 'Fewer nodes are needed to ban an innocent.',
      initial: 40,
      min: 1,
      max: 100,
      unit: 'percent',
    }),
    followPolicies: flag({
      key: 'follow_policies',
      doc: 'Whether a policy that is applied on another node is applied here too, the latest one wins. Lock-out protection holds all the same.',
      initial: true,
    }),
  },
};
