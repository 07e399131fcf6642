import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger, Random } from '@aegis/model';
import WebSocket from 'ws';
import type { OpampSession } from './opamp-session.ts';

export interface OpampLinkOptions {
  readonly url: string;
  readonly key: string;
  readonly transport: 'auto' | 'websocket' | 'http';
  readonly session: OpampSession;
  readonly heartbeatMs: number;
  /** From 0 to 1, of this host: reports of a fleet are spread over the heartbeat. */
  readonly share: number;
  readonly onChange: (isConnected: boolean) => void;
  readonly random: Random;
  readonly logger: Logger;
}

const PROTOBUF = 'application/x-protobuf';
const LARGEST_MESSAGE = 4_194_304;
const FIRST_DELAY_MS = 500;
const MOST_DELAY_MS = 60_000;
/** What a server may ask to wait, at most. */
const MOST_RETRY_MS = 300_000;
/** Attempts in a row that fail before the other way is tried. */
const ATTEMPTS = 3;
/** Then plain HTTP is kept to for this long. */
const HTTP_FOR_MS = 600_000;
const PATIENCE_MS = 30_000;
/** While an answer to what was said may come with a later one. */
const SOON_MS = 1_000;
const GOODBYE_MS = 500;
const PING_MS = 10_000;

/**
 * Keeps a server told, and hears it: over a WebSocket, or by asking over HTTP. After a failure it waits a random time
 * up to a bound that doubles (full jitter, AWS 2015): the agents of a server that died come back spread out.
 */
export class OpampLink {
  readonly #options: OpampLinkOptions;
  readonly #stop: AbortController = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #isConnected = false;
  #hasSocket = false;
  #failures = 0;
  #httpUntil = 0;
  #askedToWaitMs = 0;
  #wake: () => void = () => {};

  constructor(options: OpampLinkOptions) {
    this.#options = options;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Over a WebSocket that has answered lately. */
  get isToldAtOnce(): boolean {
    return this.#isConnected && this.#hasSocket;
  }

  start(): void {
    this.#running = this.#follow();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#running;
  }

  /** There is something to say. */
  wake(): void {
    this.#wake();
  }

  async #follow(): Promise<void> {
    const { random, logger } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const failure = await (this.#mayUseHttp() ? this.#ask() : this.#converse()).catch(String);
      this.#enter(false);
      if (signal.aborted) return;
      this.#failures++;
      const most = Math.min(MOST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(this.#failures, 16));
      const waitMs = Math.max(random.next() * most, this.#askedToWaitMs * (1 + random.next()));
      this.#askedToWaitMs = 0;
      logger.info({ failure, wait_ms: Math.round(waitMs) }, 'no connection to the server; trying again');
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #mayUseHttp(): boolean {
    const { transport } = this.#options;
    if (transport !== 'auto') return transport === 'http';
    if (performance.now() < this.#httpUntil) return true;
    // Every fourth attempt, while nothing works: something on the way may let no WebSocket through.
    return this.#failures > 0 && this.#failures % (ATTEMPTS + 1) === ATTEMPTS;
  }

  /** Over a WebSocket; why it ended. */
  async #converse(): Promise<string> {
    const { url, key, session } = this.#options;
    const { signal } = this.#stop;
    const { promise, resolve } = Promise.withResolvers<string>();
    const socket = new WebSocket(url.replace(/^http/, 'ws'), {
      headers: { authorization: `Bearer ${key}` },
      perMessageDeflate: false,
      maxPayload: LARGEST_MESSAGE,
      handshakeTimeout: PATIENCE_MS,
    });
    socket.on('unexpected-response', (request, { statusCode, headers }) => {
      this.#askToWait(Number(headers['retry-after'] ?? 0) * 1_000);
      request.destroy();
      resolve(`the server answered ${statusCode}`);
    });
    socket.on('error', (error) => resolve(error.message));
    socket.on('close', () => resolve('the connection was closed'));
    socket.on('open', () => {
      session.begin();
      this.#hasSocket = true;
      this.#enter(true);
      say(true);
      beat();
    });
    socket.on('message', (data: Buffer) => {
      session.hear(data[0] === 0 ? data.subarray(1) : data);
      this.#askToWait(session.takeRetryAfter());
      if (this.#askedToWaitMs > 0) socket.close();
    });
    // A server that is gone without a word is noticed by its silence.
    let isAlive = true;
    socket.on('pong', () => {
      isAlive = true;
    });
    const pinging = setInterval(() => {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (!isAlive) socket.terminate();
      else socket.ping();
      isAlive = false;
    }, PING_MS);
    const say = (always: boolean): void => {
      for (let first = always; first || !session.isEmpty; first = false)
        if (socket.readyState === WebSocket.OPEN) socket.send(Buffer.concat([Buffer.of(0), session.take()]));
        else return;
    };
    let timer: NodeJS.Timeout | undefined;
    let beats = 0;
    const beat = (): void => {
      timer = setTimeout(
        () => {
          session.refresh();
          say(true);
          beat();
        },
        this.#options.heartbeatMs * (beats++ === 0 ? this.#options.share : 1),
      );
    };
    this.#wake = () => {
      if (signal.aborted) this.#sayGoodbye(socket);
      else setImmediate(() => say(false));
    };
    if (signal.aborted) this.#sayGoodbye(socket);
    const failure = await promise;
    this.#wake = () => {};
    this.#hasSocket = false;
    clearTimeout(timer);
    clearInterval(pinging);
    socket.terminate();
    return failure;
  }

  #sayGoodbye(socket: WebSocket): void {
    if (socket.readyState !== WebSocket.OPEN) {
      socket.terminate();
      return;
    }
    socket.send(Buffer.concat([Buffer.of(0), this.#options.session.farewell()]));
    socket.close();
    setTimeout(() => socket.terminate(), GOODBYE_MS).unref();
  }

  /** By asking over HTTP; why it ended. */
  async #ask(): Promise<string> {
    const { session, heartbeatMs, transport } = this.#options;
    const { signal } = this.#stop;
    session.begin();
    for (let asked = 0; !signal.aborted; asked++) {
      await this.#post(session.take());
      if (asked === 0) {
        this.#enter(true);
        if (transport === 'auto' && this.#httpUntil < performance.now())
          this.#httpUntil = performance.now() + HTTP_FOR_MS;
      }
      const retryMs = session.takeRetryAfter();
      if (retryMs > 0) {
        this.#askToWait(retryMs);
        return 'the server asked to wait';
      }
      if (transport === 'auto' && performance.now() >= this.#httpUntil) return 'trying a WebSocket again';
      if (session.isEmpty) await this.#pause(asked === 0 ? SOON_MS : heartbeatMs);
      if (session.isEmpty) session.refresh();
    }
    await this.#post(session.farewell()).catch(() => undefined);
    return 'stopped';
  }

  async #post(body: Buffer): Promise<void> {
    const { url, key, session } = this.#options;
    const response = await fetch(url, {
      method: 'POST',
      body: new Uint8Array(body),
      headers: { 'content-type': PROTOBUF, authorization: `Bearer ${key}` },
      redirect: 'error',
      signal: AbortSignal.timeout(this.#stop.signal.aborted ? GOODBYE_MS : PATIENCE_MS),
    });
    if (!response.ok) {
      this.#askToWait(Number(response.headers.get('retry-after') ?? 0) * 1_000);
      await response.body?.cancel();
      throw new Error(`the server answered ${response.status}`);
    }
    session.hear(Buffer.from(await response.arrayBuffer()));
  }

  /** Until there is something to say, or this long. */
  async #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(() => resolve(), ms);
    await promise;
    clearTimeout(timer);
    this.#wake = () => {};
  }

  #askToWait(ms: number): void {
    if (Number.isFinite(ms) && ms > 0) this.#askedToWaitMs = Math.min(ms, MOST_RETRY_MS);
  }

  #enter(isConnected: boolean): void {
    if (isConnected) this.#failures = 0;
    if (this.#isConnected === isConnected) return;
    this.#isConnected = isConnected;
    this.#options.onChange(isConnected);
  }
}
