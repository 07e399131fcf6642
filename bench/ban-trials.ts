import { createSocket, type Socket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';

/** What `ban-trials` is told, as JSON on its standard input; it runs on the gateway. */
export interface BanTrials {
  /** Of the visitors that are told what to do, and of the socket that hears of it: the same port. */
  readonly visitor: string;
  readonly gateway: string;
  readonly port: number;
  /** Banned one after the other. */
  readonly addresses: readonly string[];
  readonly kind: 'packets' | 'requests';
  /** Between two packets; 0 is as fast as can be. */
  readonly everyMs: number;
  /** No packet for so long: it is dropped. */
  readonly silenceMs: number;
  readonly pauseMs: number;
  /** What is posted to ban `{address}`. */
  readonly request: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
}

const NS_PER_MS = 1e6;
const LONGEST_MS = 60_000;

/** For each address the ms between the asking for its ban and the last packet or page that still came through. */
async function trials(options: BanTrials): Promise<readonly number[]> {
  const { visitor, gateway, port, addresses, kind, everyMs, pauseMs } = options;
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(port, gateway, resolve));
  const tell = (text: string): void => socket.send(text, port, visitor);
  const found: number[] = [];
  for (const address of addresses) {
    tell(`${kind} ${address} ${everyMs}`);
    found.push(await (kind === 'packets' ? untilDropped : untilRefused)(socket, address, options));
    tell('stop');
    await sleep(pauseMs);
  }
  socket.close();
  return found;
}

async function untilDropped(socket: Socket, address: string, options: BanTrials): Promise<number> {
  let lastSent = 0n;
  let lastHeard = performance.now();
  const first = Promise.withResolvers<void>();
  const hear = (message: Buffer, { address: from }: { readonly address: string }): void => {
    if (from !== address) return;
    const sent = BigInt(message.toString());
    if (sent > lastSent) lastSent = sent;
    lastHeard = performance.now();
    first.resolve();
  };
  socket.on('message', hear);
  await first.promise;
  const begun = process.hrtime.bigint();
  await ban(address, options);
  const deadline = performance.now() + LONGEST_MS;
  while (performance.now() - lastHeard < options.silenceMs) {
    if (performance.now() > deadline) throw new Error(`${address} was not dropped`);
    await sleep(5);
  }
  socket.off('message', hear);
  return Math.max(0, Number(lastSent - begun) / NS_PER_MS);
}

async function untilRefused(socket: Socket, address: string, options: BanTrials): Promise<number> {
  const passed = Promise.withResolvers<void>();
  const refused = Promise.withResolvers<bigint>();
  const hear = (message: Buffer): void => {
    const [word, status, at = '0'] = message.toString().split(' ');
    if (word === 'passed') passed.resolve();
    else if (status === '403') refused.resolve(BigInt(at));
    else refused.reject(new Error(`${address} was answered with ${status}`));
  };
  socket.on('message', hear);
  await passed.promise;
  const begun = process.hrtime.bigint();
  await ban(address, options);
  const at = await refused.promise;
  socket.off('message', hear);
  return Math.max(0, Number(at - begun) / NS_PER_MS);
}

async function ban(address: string, { request: { url, headers, body } }: BanTrials): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers, body: body.replaceAll('{address}', address) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} is answered with ${response.status}: ${text}`);
}

if (process.argv[1] === import.meta.filename) {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const report = await trials(JSON.parse(Buffer.concat(chunks).toString()) as BanTrials);
  process.stdout.write(JSON.stringify(report));
}
