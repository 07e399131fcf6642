import { ProtoReader, ProtoWriter } from '@aegis/protobuf';

/** `id` is chosen by who asks: etcd would choose one beyond 2^53. */
export function grantRequest(id: number, ttlSeconds: number): Buffer {
  return new ProtoWriter().number(1, ttlSeconds).number(2, id).finish();
}

/** Of revoking and of keeping alive alike. */
export function leaseRequest(id: number): Buffer {
  return new ProtoWriter().number(1, id).finish();
}

/** Whether the lease was still there. */
export function readKeptAlive(bytes: Buffer): boolean {
  const answer = new ProtoReader(bytes);
  let ttl = 0;
  for (let field = answer.next(); field !== 0; field = answer.next()) {
    if (field === 3) ttl = answer.number();
    else answer.skip();
  }
  return ttl > 0;
}
