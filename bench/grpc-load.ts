import { connect } from 'node:net';

/** What `grpc-load` is told, as JSON on its standard input. */
export interface GrpcLoad {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly key: string;
  /** Messages, base64, sent in turn. */
  readonly messages: readonly string[];
  /** `calls`: a call for each message. `stream`: all on one call. */
  readonly kind: 'calls' | 'stream';
  /** Messages under way at the same time. */
  readonly window: number;
  readonly warmMs: number;
  readonly measureMs: number;
}

/** What it prints, as JSON. */
export interface GrpcLoadReport {
  readonly answers: number;
  readonly seconds: number;
  /** The first answers, base64, with what goes before a message. */
  readonly first: readonly string[];
}

const DATA = 0;
const HEADERS = 1;
const SETTINGS = 4;
const PING = 6;
const GOAWAY = 7;
const WINDOW_UPDATE = 8;
const RST_STREAM = 3;
const END_STREAM = 1;
const END_HEADERS = 4;
const ACK = 1;
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const WIDE = 0x7fff_ffff - 65_535;
const SAMPLES = 64;

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const bytes = Buffer.alloc(9 + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(stream, 5);
  payload.copy(bytes, 9);
  return bytes;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** HPACK without a dynamic table (RFC 7541, 6.2.2): each header as it is. */
function headerBlock(headers: Readonly<Record<string, string>>): Buffer {
  const text = (value: string): Buffer => {
    const length = Buffer.byteLength(value);
    const prefix = length < 127 ? Buffer.of(length) : Buffer.of(127, length - 127);
    return Buffer.concat([prefix, Buffer.from(value)]);
  };
  return Buffer.concat(
    Object.entries(headers).flatMap(([name, value]) => [Buffer.of(0), text(name), text(value)]),
  );
}

/**
 * A gRPC client that costs little itself: frames of HTTP/2 (RFC 9113) that are prepared once and written together,
 * and of the answers only as much looked at as is needed to count them.
 */
async function load(options: GrpcLoad): Promise<GrpcLoadReport> {
  const { host, port, path, key, messages, kind, window, warmMs, measureMs } = options;
  const bodies = messages.map((text) => {
    const message = Buffer.from(text, 'base64');
    const length = word(message.length);
    return Buffer.concat([Buffer.of(0), length, message]);
  });
  const block = headerBlock({
    ...{ ':method': 'POST', ':scheme': 'http', ':path': path, ':authority': 'bench' },
    ...{ 'content-type': 'application/grpc', te: 'trailers', 'x-api-key': key },
  });
  const socket = connect({ host, port, noDelay: true });
  const first: string[] = [];
  let [stream, next, underWay, answers] = [1, 0, 0, 0];
  /** What the other side still takes: on the whole connection, and on the one stream. */
  let [credit, streamCredit] = [65_535, 65_535];
  let measuring = false;
  let stopped = false;
  let failure = '';
  let held: Buffer = Buffer.alloc(0);
  /** Bytes of the answer stream: a message may begin in one frame and end in another. */
  let answer: Buffer = Buffer.alloc(0);

  const fill = (): void => {
    const out: Buffer[] = [];
    while (underWay < window && !stopped) {
      const body = bodies[next % bodies.length] as Buffer;
      if (body.length > credit || (kind === 'stream' && body.length > streamCredit)) break;
      next++;
      underWay++;
      credit -= body.length;
      if (kind === 'stream') {
        streamCredit -= body.length;
        out.push(...frames(body, 1, 0));
      } else {
        out.push(frame(HEADERS, END_HEADERS, stream, block), ...frames(body, stream, END_STREAM));
        stream += 2;
      }
    }
    if (out.length > 0) socket.write(Buffer.concat(out));
  };
  const answered = (count: number): void => {
    underWay -= count;
    if (measuring) answers += count;
  };
  const onData = (payload: Buffer): void => {
    if (kind === 'calls') {
      if (first.length < SAMPLES) first.push(payload.toString('base64'));
      return;
    }
    answer = answer.length === 0 ? payload : Buffer.concat([answer, payload]);
    let at = 0;
    let count = 0;
    while (answer.length - at >= 5) {
      const end = at + 5 + answer.readUInt32BE(at + 1);
      if (end > answer.length) break;
      if (first.length < SAMPLES) first.push(answer.toString('base64', at, end));
      at = end;
      count++;
    }
    answer = answer.subarray(at);
    answered(count);
  };
  let received = 0;
  const onFrame = (type: number, flags: number, id: number, payload: Buffer): void => {
    if (type === DATA) {
      received += payload.length;
      onData(payload);
    } else if (type === SETTINGS && (flags & ACK) === 0) {
      for (let at = 0; at + 6 <= payload.length; at += 6)
        if (payload.readUInt16BE(at) === 4) streamCredit += payload.readUInt32BE(at + 2) - 65_535;
      socket.write(frame(SETTINGS, ACK, 0, Buffer.alloc(0)));
    } else if (type === WINDOW_UPDATE) {
      if (id === 0) credit += payload.readUInt32BE(0);
      else streamCredit += payload.readUInt32BE(0);
    } else if (type === PING && (flags & ACK) === 0) socket.write(frame(PING, ACK, 0, payload));
    else if (type === GOAWAY || type === RST_STREAM) failure = `the server ended it: frame ${type}`;
    if (kind === 'calls' && (flags & END_STREAM) !== 0 && (type === DATA || type === HEADERS)) answered(1);
  };
  socket.on('data', (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    let at = 0;
    while (held.length - at >= 9) {
      const end = at + 9 + held.readUIntBE(at, 3);
      if (end > held.length) break;
      onFrame(
        held[at + 3] as number,
        held[at + 4] as number,
        held.readUInt32BE(at + 5),
        held.subarray(at + 9, end),
      );
      at = end;
    }
    held = held.subarray(at);
    // What was taken of the windows is given back together.
    if (received > 1_000_000) {
      const updates = [frame(WINDOW_UPDATE, 0, 0, word(received))];
      if (kind === 'stream') updates.push(frame(WINDOW_UPDATE, 0, 1, word(received)));
      socket.write(Buffer.concat(updates));
      received = 0;
    }
    fill();
  });
  const setting = Buffer.alloc(6);
  setting.writeUInt16BE(4, 0);
  setting.writeUInt32BE(0x7fff_ffff, 2);
  socket.on('connect', () => {
    socket.write(PREFACE);
    socket.write(frame(SETTINGS, 0, 0, setting));
    socket.write(frame(WINDOW_UPDATE, 0, 0, word(WIDE)));
    if (kind === 'stream') socket.write(frame(HEADERS, END_HEADERS, 1, block));
    fill();
  });
  await new Promise((resolve) => setTimeout(resolve, warmMs));
  measuring = true;
  const begun = performance.now();
  await new Promise((resolve) => setTimeout(resolve, measureMs));
  const seconds = (performance.now() - begun) / 1_000;
  stopped = true;
  socket.destroy();
  if (failure !== '') throw new Error(failure);
  return { answers, seconds, first };
}

/** As DATA frames of at most 16 KiB, the size that everyone takes. */
function frames(body: Buffer, stream: number, flags: number): readonly Buffer[] {
  const all: Buffer[] = [];
  for (let at = 0; at < body.length; at += 16_384) {
    const isLast = at + 16_384 >= body.length;
    all.push(frame(DATA, isLast ? flags : 0, stream, body.subarray(at, at + 16_384)));
  }
  return all;
}

if (process.argv[1] === import.meta.filename) {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const report = await load(JSON.parse(Buffer.concat(chunks).toString()) as GrpcLoad);
  process.stdout.write(JSON.stringify(report));
}
