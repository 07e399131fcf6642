import { connect, type Socket } from 'node:net';

/** What `http-load` is told, as JSON on its standard input. */
export interface HttpLoad {
  readonly host: string;
  readonly port: number;
  /** Whole requests, sent in turn. */
  readonly requests: readonly string[];
  readonly connections: number;
  /** Before the measurement, and of it. */
  readonly warmMs: number;
  readonly measureMs: number;
}

/** What it prints, as JSON. */
export interface HttpLoadReport {
  readonly answers: number;
  readonly seconds: number;
  /** Between a request and the end of its answer, ms. */
  readonly p50: number;
  readonly p99: number;
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>;
}

const CONTENT_LENGTH = Buffer.from('ontent-length: ');
const CONTENT_LENGTH_UPPER = Buffer.from('ontent-Length: ');
const END = Buffer.from('\r\n\r\n');
const ZERO = 48;

/**
 * Load that costs little itself: each connection sends a request, waits for its answer and sends the next. Answers
 * have a `Content-Length`, or are chunked and end with an empty chunk.
 */
async function load({
  host,
  port,
  requests,
  connections,
  warmMs,
  measureMs,
}: HttpLoad): Promise<HttpLoadReport> {
  const bytes = requests.map((request) => Buffer.from(request));
  const latencies = new Float64Array(8_000_000);
  const statuses: Record<string, number> = {};
  let answers = 0;
  let next = 0;
  let measuring = false;
  let stopped = false;
  const sockets: Socket[] = [];
  const open = (): void => {
    const socket = connect({ host, port, noDelay: true });
    sockets.push(socket);
    let sentAt = 0;
    let held: Buffer = Buffer.alloc(0);
    const send = (): void => {
      sentAt = performance.now();
      socket.write(bytes[next++ % bytes.length] as Buffer);
    };
    socket.on('connect', send);
    socket.on('error', (error) => {
      if (!stopped) throw error;
    });
    socket.on('data', (chunk: Buffer) => {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const end = endOfAnswer(held);
      if (end < 0) return;
      if (measuring) {
        latencies[answers++] = performance.now() - sentAt;
        const status = held.toString('latin1', 9, 12);
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
      held = Buffer.alloc(0);
      if (!stopped) send();
    });
  };
  for (let n = 0; n < connections; n++) open();
  await new Promise((resolve) => setTimeout(resolve, warmMs));
  measuring = true;
  const begun = performance.now();
  await new Promise((resolve) => setTimeout(resolve, measureMs));
  measuring = false;
  const seconds = (performance.now() - begun) / 1_000;
  stopped = true;
  for (const socket of sockets) socket.destroy();
  const sorted = latencies.subarray(0, answers).sort();
  const at = (part: number): number => Math.round((sorted[Math.floor(answers * part)] ?? 0) * 1_000) / 1_000;
  return { answers, seconds, p50: at(0.5), p99: at(0.99), statuses };
}

/** Where the answer at the front ends; -1 where it has not all come. */
function endOfAnswer(bytes: Buffer): number {
  const head = bytes.indexOf(END);
  if (head < 0) return -1;
  let at = bytes.indexOf(CONTENT_LENGTH);
  if (at < 0 || at > head) at = bytes.indexOf(CONTENT_LENGTH_UPPER);
  if (at < 0 || at > head) {
    const status = bytes.toString('latin1', 9, 12);
    if (status === '204') return head + 4;
    return bytes.subarray(-5).equals(Buffer.from('0\r\n\r\n')) ? bytes.length : -1;
  }
  let length = 0;
  for (let digit = at + CONTENT_LENGTH.length; (bytes[digit] as number) >= ZERO; digit++)
    length = length * 10 + (bytes[digit] as number) - ZERO;
  return bytes.length >= head + 4 + length ? head + 4 + length : -1;
}

if (process.argv[1] === import.meta.filename) {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const report = await load(JSON.parse(Buffer.concat(chunks).toString()) as HttpLoad);
  process.stdout.write(JSON.stringify(report));
}
