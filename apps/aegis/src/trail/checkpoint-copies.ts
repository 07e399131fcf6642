import { createSocket } from 'node:dgram';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';

/** Another place that checkpoints are copied to. */
export interface CheckpointCopy {
  readonly name: string;
  /** Rejects where it is not there now; it will be tried again. */
  put(line: string): Promise<void>;
}

/** A checkpoint as one line of ASCII, for files and syslog alike. */
export function copyLine(text: string): string {
  return JSON.stringify({ checkpoint: text }).replace(
    /[\u0080-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The checkpoints in a file of copies, or in a log that a syslog server wrote. */
export function copiesIn(log: string): readonly string[] {
  return log.split('\n').flatMap((line) => {
    const from = line.indexOf('{"checkpoint":');
    if (from === -1) return [];
    try {
      const { checkpoint } = JSON.parse(line.slice(from)) as { readonly checkpoint?: unknown };
      return typeof checkpoint === 'string' ? [checkpoint] : [];
    } catch {
      return [];
    }
  });
}

export function folderCopy(folder: string, node: string): CheckpointCopy {
  return {
    name: folder,
    async put(line) {
      await mkdir(folder, { recursive: true });
      await appendFile(join(folder, `${node}.checkpoints`), `${line}\n`, { flush: true });
    },
  };
}

/** Facility 13 (log audit), severity 6 (informational): RFC 5424, section 6.2.1. */
const PRIORITY = 13 * 8 + 6;
const TIMEOUT_MS = 5_000;

/**
 * `server` as the config has it: `udp://host:port`, `tcp://`, `tls://`; frames of RFC 6587 and RFC 5425. `caFile`
 * is the authority of its certificate as PEM, empty for those that Node knows.
 */
export function syslogCopy(server: string, node: string, now: () => number, caFile: string): CheckpointCopy {
  const { protocol, hostname, port } = new URL(server);
  const host = hostname.replace(/^\[|\]$/g, '');
  return {
    name: server,
    async put(line) {
      const time = new Date(now()).toISOString();
      const message = Buffer.from(
        `<${PRIORITY}>1 ${time} ${node} aegis ${process.pid} trail-checkpoint - ${line}`,
      );
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
