import { status } from '@grpc/grpc-js';
import { type EtcdConnection, refusalOf } from './etcd-connection.ts';
import { EtcdRefusal } from './etcd-fault.ts';
import { leaseRequest, readKeptAlive } from './messages/lease-messages.ts';

const KEEP_ALIVE = '/etcdserverpb.Lease/LeaseKeepAlive';
const ATTEMPTS = 3;
const ENDED = 'the member did not answer';

/** Whether the lease was still there. Throws EtcdRefusal. */
export async function keepAlive(connection: EtcdConnection, id: number): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const { stream, address, left } = await connection.open(KEEP_ALIVE);
    const late = setTimeout(() => stream.cancel(), connection.patienceMs);
    try {
      stream.write(leaseRequest(id));
      for await (const bytes of stream) return readKeptAlive(bytes as Buffer);
      throw new EtcdRefusal({ code: status.UNAVAILABLE, details: ENDED, message: ENDED }, address);
    } catch (error) {
      const refusal = refusalOf(error, address);
      left();
      const passing = refusal instanceof EtcdRefusal && refusal.isPassing;
      if (!passing || attempt === ATTEMPTS) throw refusal;
    } finally {
      clearTimeout(late);
      stream.cancel();
    }
  }
}
