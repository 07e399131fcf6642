import { setTimeout as sleep } from 'node:timers/promises';
import { type EtcdOptions, type EtcdPlace, type EtcdServer, etcdPlace, startMember } from './etcd-server.ts';

/** A real etcd of three members on loopback. */
export interface EtcdCluster {
  readonly members: readonly EtcdServer[];
  /** For clients. */
  readonly endpoints: readonly string[];
  /** The member that leads now, as those that answer see it. */
  leader(): Promise<EtcdServer>;
  /** Ends all of them and removes their data. */
  remove(): Promise<void>;
}

const MEMBERS = 3;
const READY_MS = 60_000;
const ANSWER_MS = 2_000;

export async function startEtcdCluster(options: EtcdOptions = {}): Promise<EtcdCluster> {
  const places: EtcdPlace[] = [];
  for (let i = 1; i <= MEMBERS; i++) places.push(await etcdPlace(`etcd-${i}`, options.tls !== undefined));
  const members = await Promise.all(places.map((place) => startMember(place, places, options)));
  return {
    members,
    endpoints: members.map(({ endpoint }) => endpoint),
    async leader() {
      const deadline = performance.now() + READY_MS;
      for (;;) {
        for (const member of members) if (await leads(member)) return member;
        if (performance.now() > deadline) throw new Error('no member of the etcd leads');
        await sleep(50);
      }
    },
    async remove() {
      await Promise.all(members.map((member) => member.remove()));
    },
  };
}

async function leads(member: EtcdServer): Promise<boolean> {
  if (!member.server.isRunning()) return false;
  const late = sleep(ANSWER_MS, undefined, { ref: false });
  const status = await Promise.race([member.ask('maintenance/status', {}).catch(() => undefined), late]);
  const own = (status?.header as { readonly member_id?: string } | undefined)?.member_id;
  return own !== undefined && own === status?.leader;
}
