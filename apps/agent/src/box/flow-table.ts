import { ESTABLISHED, LISTENING, type ProcSocket } from './proc-sockets.ts';

/** A connection from its first sight to its last, as the format `agent` of flows has it. */
export interface SeenFlow {
  readonly at: number;
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  readonly protocol: 'tcp';
  readonly duration_seconds: number;
  /** Whether this host opened it. */
  readonly local: boolean;
}

interface OpenFlow extends Omit<SeenFlow, 'duration_seconds'> {
  readonly lastSeen: number;
}

const MOST = 20_000;

/** Connections from samples of the socket table: what is shorter than the time between two is not seen. */
export class FlowTable {
  #open: ReadonlyMap<string, OpenFlow> = new Map();

  /** Those that have ended since the sample before. `at`: milliseconds since 1970. */
  sample(sockets: readonly ProcSocket[], at: number): readonly SeenFlow[] {
    const listening = new Set(
      sockets.filter(({ state }) => state === LISTENING).map(({ localPort }) => localPort),
    );
    const open = new Map<string, OpenFlow>();
    for (const socket of sockets) {
      if (socket.state !== ESTABLISHED || isLoopback(socket.remoteAddress) || open.size >= MOST) continue;
      const { localAddress, localPort, remoteAddress, remotePort } = socket;
      const key = `${localAddress} ${localPort} ${remoteAddress} ${remotePort}`;
      const local = !listening.has(localPort);
      open.set(key, {
        at: this.#open.get(key)?.at ?? at,
        ...(local
          ? { source: localAddress, destination: remoteAddress, port: remotePort }
          : { source: remoteAddress, destination: localAddress, port: localPort }),
        ...{ protocol: 'tcp', local, lastSeen: at },
      });
    }
    const ended = [...this.#open].filter(([key]) => !open.has(key)).map(([, flow]) => flow);
    this.#open = open;
    return ended.map(({ lastSeen, ...flow }) => ({
      ...flow,
      duration_seconds: Math.max(0, lastSeen - flow.at) / 1_000,
    }));
  }
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '0000:0000:0000:0000:0000:0000:0000:0001';
}
