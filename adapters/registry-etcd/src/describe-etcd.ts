import { EtcdConnection } from './etcd-connection.ts';
import { registryFault } from './etcd-fault.ts';
import type { EtcdOptions } from './etcd-options.ts';
import { keysWith } from './messages/key-range.ts';
import { countRequest, readRange } from './messages/kv-messages.ts';
import { type MemberStatus, readStatus } from './messages/server-messages.ts';

/** One endpoint, by itself. */
export interface EtcdMember extends Partial<MemberStatus> {
  readonly endpoint: string;
  /** Why it says nothing. */
  readonly trouble?: string;
}

export interface EtcdFacts {
  readonly members: readonly EtcdMember[];
  /** Of the store; absent where there is no majority, or the user may not read the prefix: see `trouble`. */
  readonly revision?: number;
  readonly trouble?: string;
}

/** What each endpoint says of itself, and whether together they let this user read. Writes nothing. */
export async function describeEtcd(options: EtcdOptions): Promise<EtcdFacts> {
  const members = await Promise.all(options.endpoints.map((endpoint) => describeMember(options, endpoint)));
  const connection = new EtcdConnection(options);
  try {
    const request = countRequest(keysWith(options.prefix));
    const answer = await connection.call('/etcdserverpb.KV/Range', request, { repeatable: true });
    return { members, revision: readRange(answer).revision };
  } catch (error) {
    return { members, trouble: registryFault(error).message };
  } finally {
    connection.close();
  }
}

async function describeMember(options: EtcdOptions, endpoint: string): Promise<EtcdMember> {
  const connection = new EtcdConnection({ ...options, endpoints: [endpoint] });
  try {
    const empty = Buffer.alloc(0);
    const answer = await connection.call('/etcdserverpb.Maintenance/Status', empty, { repeatable: true });
    return { endpoint, ...readStatus(answer) };
  } catch (error) {
    return { endpoint, trouble: registryFault(error).message };
  } finally {
    connection.close();
  }
}
