import { connect, type Socket } from 'node:net';
import { type Clock, silentLogger } from '@aegis/model';
import type { DecoyEvent } from './decoy-event.ts';
import type { DecoyLimits } from './decoy-limits.ts';
import { createDecoyServer } from './decoy-server.ts';

export const testClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

export interface TestDecoy extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** All events so far. */
  readonly events: readonly DecoyEvent[];
}

/** A decoy on loopback that remembers what it told. */
export async function startDecoy(limits: Partial<DecoyLimits> = {}): Promise<TestDecoy> {
  const events: DecoyEvent[] = [];
  const server = createDecoyServer({
    ...limits,
    onEvent: (event) => events.push(event),
    clock: testClock,
    logger: silentLogger,
  });
  const { port } = await server.listen('127.0.0.1', 0);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    events,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** A client at an address of its own within 127.0.0.0/8. */
export function connectFrom(address: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: address });
    socket.once('connect', () => {
      socket.on('error', () => {});
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

/** All that comes until the other end closes. */
export function readAll(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.once('close', () => resolve(text));
  });
}

/** Sends the bytes on a connection of their own, and tells what comes until it is closed. */
export async function exchange(
  port: number,
  bytes: string | Uint8Array,
  address = '127.0.0.1',
): Promise<string> {
  const socket = await connectFrom(address, port);
  const answered = readAll(socket);
  socket.write(bytes);
  return await answered;
}
