import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface SyslogOptions {
  /** `udp://host:port`, `tcp://host:port`, `tls://host:port` */
  readonly server: string;
  /** The authority of the server's certificate as PEM; empty for those that Node knows. */
  readonly caFile: string;
  /** Who speaks: the HOSTNAME of RFC 5424. */
  readonly host: string;
}

export interface SyslogMessage {
  /** RFC 5424, section 6.2.1: 0 to 23. */
  readonly facility: number;
  /** 0, an emergency, to 7. */
  readonly severity: number;
  /** ms of UTC. */
  readonly at: number;
  /** The MSGID: what kind of message. */
  readonly kind: string;
  /** On one line. */
  readonly text: string;
}

/** A way to one server. Each message has a connection of its own, so that nothing lies in a buffer unseen. */
export interface Syslog {
  /** Frames of RFC 6587 and RFC 5425. Rejects where the server is not there; a datagram is never known to arrive. */
  send(message: SyslogMessage): Promise<void>;
}

const TIMEOUT_MS = 5_000;

export function openSyslog({ server, caFile, host: speaker }: SyslogOptions): Syslog {
  const { protocol, hostname, port } = new URL(server);
  const host = hostname.replace(/^\[|\]$/g, '');
  return {
    async send({ facility, severity, at, kind, text }) {
      const header = `<${facility * 8 + severity}>1 ${new Date(at).toISOString()} ${speaker}`;
      const message = Buffer.from(`${header} aegis ${process.pid} ${kind} - ${text}`);
      if (protocol === 'udp:') return sendDatagram(message, host, Number(port));
      const frame = Buffer.concat([Buffer.from(`${message.length} `), message]);
      const options = { host, port: Number(port) };
      if (protocol === 'tcp:') return sendAll(connect(options), frame);
      const trust = caFile === '' ? {} : { ca: await readFile(caFile) };
      return sendAll(connectTls({ ...options, ...trust }), frame);
    },
  };
}

function sendDatagram(message: Buffer, host: string, port: number): Promise<void> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.on('error', reject);
  socket.send(message, port, host, (error) => (error === null ? resolve() : reject(error)));
  return promise.finally(() => socket.close());
}

function sendAll(socket: Socket, frame: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.setTimeout(TIMEOUT_MS, () => reject(new Error('the syslog server does not answer')));
  socket.on('error', reject);
  socket.on('close', () => resolve());
  socket.resume();
  socket.end(frame);
  return promise.finally(() => socket.destroy());
}
