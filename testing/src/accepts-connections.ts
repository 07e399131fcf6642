import { connect } from 'node:net';

/** Whether somebody listens at a TCP port of loopback; rejects where not. */
export function acceptsConnections(port: number): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const socket = connect({ host: '127.0.0.1', port }, () => {
    resolve(true);
    socket.destroy();
  });
  socket.once('error', reject);
  return promise;
}
