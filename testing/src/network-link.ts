import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a TCP port of loopback that can be cut. */
export interface NetworkLink {
  /** `127.0.0.1:40123`: leads to the other port. */
  readonly endpoint: string;
  /** Nothing passes any more, and nobody is told: as a cable that was pulled. */
  cut(): void;
  /** What is connected breaks, and who comes anew gets through. */
  mend(): void;
  close(): Promise<void>;
}

export async function networkLink(port: number): Promise<NetworkLink> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port });
    const ends = [near, far];
    for (const [i, end] of ends.entries()) {
      const other = ends[1 - i] as Socket;
      sockets.add(end);
      end.on('data', (chunk) => {
        if (!isCut) other.write(chunk);
      });
      end.on('error', () => {});
      end.on('close', () => {
        sockets.delete(end);
        if (!isCut) other.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      isCut = true;
    },
    mend() {
      isCut = false;
      breakAll();
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      breakAll();
      await closed;
    },
  };
}
