import { EtcdConnection } from './etcd-connection.ts';
import { registryFault } from './etcd-fault.ts';
import { type EtcdOptions, TIMEOUT_MS } from './etcd-options.ts';
import { keysWith } from './messages/key-range.ts';
import { countRequest, readRange } from './messages/kv-messages.ts';
import { type MemberStatus, readStatus } from './messages/server-messages.ts';
import { probe } from './probe.ts';

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
  const endpoints = members.filter((member) => member.isThere).map(({ endpoint }) => endpoint);
  const trouble = members[0]?.trouble;
  if (endpoints.length === 0) return { members, ...(trouble === undefined ? {} : { trouble }) };
  const connection = new EtcdConnection({ ...options, endpoints });
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

async function describeMember(
  options: EtcdOptions,
  endpoint: string,
): Promise<EtcdMember & { readonly isThere: boolean }> {
  const absence = await probe(endpoint, options.tls, options.timeoutMs ?? TIMEOUT_MS);
  if (absence !== undefined)
    return { endpoint, isThere: false, trouble: `etcd at ${endpoint} cannot be reached: ${absence}` };
  const connection = new EtcdConnection({ ...options, endpoints: [endpoint] });
  try {
    const empty = Buffer.alloc(0);
    const answer = await connection.call('/etcdserverpb.Maintenance/Status', empty, { repeatable: true });
    return { endpoint, isThere: true, ...readStatus(answer) };
  } catch (error) {
    return { endpoint, isThere: true, trouble: registryFault(error).message };
  } finally {
    connection.close();
  }
}
