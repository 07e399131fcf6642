import { setTimeout as sleep } from 'node:timers/promises';
import { AegisError } from '@aegis/model';
import {
  Client,
  type ClientDuplexStream,
  type ClientOptions,
  connectivityState,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { EtcdRefusal } from './etcd-fault.ts';
import { type EtcdOptions, type EtcdTls, TIMEOUT_MS } from './etcd-options.ts';
import { authenticateRequest, readToken } from './messages/server-messages.ts';
import { probe } from './probe.ts';

/** A stream of messages in both directions with one member. */
export type EtcdStream = ClientDuplexStream<Buffer, Buffer>;

interface Endpoint {
  readonly address: string;
  readonly client: Client;
}

interface CallOptions {
  /** It may be carried out twice and means the same: what failed on its way is sent again. */
  readonly repeatable: boolean;
}

/** A little less often than etcd allows (`--grpc-keepalive-min-time`, 5 s): a member that hangs is noticed in 10 s. */
const KEEP_ALIVE_MS = 6_000;
const KEEP_ALIVE_PATIENCE_MS = 4_000;
/** Of one message from etcd. */
export const LARGEST_ANSWER: number = 32 * 1_048_576;
const PAUSE_MS = 50;
/** How long a member is looked for while none could be reached the last time: who asks meanwhile waits no longer. */
const AWAY_PATIENCE_MS = 1_000;

const CHANNEL: ClientOptions = {
  'grpc.keepalive_time_ms': KEEP_ALIVE_MS,
  'grpc.keepalive_timeout_ms': KEEP_ALIVE_PATIENCE_MS,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.max_receive_message_length': LARGEST_ANSWER,
  'grpc.max_send_message_length': LARGEST_ANSWER,
  // Only here it is known what may be sent twice.
  'grpc.enable_retries': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.use_local_subchannel_pool': 1,
};

/** The members of an etcd as one peer: asks one of them, and the next one where that one fails. */
export class EtcdConnection {
  readonly #options: EtcdOptions;
  readonly #endpoints: readonly Endpoint[];
  readonly #timeoutMs: number;
  /** How long one member may keep a call that another can answer. */
  readonly #patienceMs: number;
  #current = 0;
  #token: Promise<string> | undefined;
  #away = false;
  #closed = false;

  constructor(options: EtcdOptions) {
    const { endpoints, tls, timeoutMs = TIMEOUT_MS } = options;
    this.#options = options;
    this.#timeoutMs = timeoutMs;
    this.#patienceMs = endpoints.length > 1 ? Math.ceil(timeoutMs / 3) : timeoutMs;
    const secured = tls?.serverName === undefined ? {} : { 'grpc.ssl_target_name_override': tls.serverName };
    this.#endpoints = endpoints.map((address) => ({
      address,
      client: new Client(address, credentialsFor(tls), { ...CHANNEL, ...secured }),
    }));
  }

  get timeoutMs(): number {
    return this.#timeoutMs;
  }

  /** How long a member may take to begin to answer. */
  get patienceMs(): number {
    return this.#patienceMs;
  }

  /**
   * One request, one answer. Throws EtcdRefusal; a write that is not repeatable may have been carried out all the
   * same where that `isPassing`.
   */
  async call(method: string, request: Buffer, { repeatable }: CallOptions): Promise<Buffer> {
    const deadline = performance.now() + this.#timeoutMs;
    for (let renewed = false; ; ) {
      const left = deadline - performance.now();
      const { endpoint, token } = await this.#reach(left);
      const waits = repeatable ? Math.min(this.#patienceMs, left) : left;
      try {
        return await unary(endpoint, method, request, metadata(token), waits);
      } catch (error) {
        if (!(error instanceof EtcdRefusal)) throw error;
        if (error.isStaleToken && !renewed) {
          renewed = true;
          this.forgetToken();
          continue;
        }
        if (!error.isPassing) throw error;
        this.#leave(endpoint);
        const mayRepeat = repeatable || error.isNoLeader;
        if (!mayRepeat || performance.now() + PAUSE_MS > deadline) throw error;
        await sleep(PAUSE_MS);
      }
    }
  }

  /** A stream with whichever member can be reached. `left` is to be called where it fails. Throws EtcdRefusal. */
  async open(
    method: string,
  ): Promise<{ readonly stream: EtcdStream; readonly address: string; left(): void }> {
    const { endpoint, token } = await this.#reach(this.#timeoutMs);
    const stream = endpoint.client.makeBidiStreamRequest(method, asIs, asIs, metadata(token));
    // Each failure also reaches who reads; without a listener one that nobody reads would end the process.
    stream.on('error', () => {});
    return { stream, address: endpoint.address, left: () => this.#leave(endpoint) };
  }

  forgetToken(): void {
    this.#token = undefined;
  }

  close(): void {
    this.#closed = true;
    for (const { client } of this.#endpoints) client.close();
  }

  /** A member that accepts calls, within this time. */
  async #reach(withinMs: number): Promise<{ readonly endpoint: Endpoint; readonly token: string }> {
    const within = this.#away ? Math.min(AWAY_PATIENCE_MS, withinMs) : withinMs;
    const deadline = performance.now() + within;
    for (;;) {
      if (this.#closed) throw new AegisError('registry_unavailable', 'the registry is closed');
      const endpoint = this.#endpoints[this.#current] as Endpoint;
      const left = deadline - performance.now();
      try {
        await connected(endpoint, this.#options.tls, Math.min(this.#patienceMs, left));
        const token = await this.#tokenFrom(endpoint, left);
        this.#away = false;
        return { endpoint, token };
      } catch (error) {
        this.#leave(endpoint);
        if (!(error instanceof EtcdRefusal && error.isPassing)) throw error;
        if (performance.now() + PAUSE_MS > deadline) {
          this.#away = true;
          throw error;
        }
        await sleep(PAUSE_MS);
      }
    }
  }

  /** Empty where none is needed. */
  async #tokenFrom(endpoint: Endpoint, withinMs: number): Promise<string> {
    const { user, password } = this.#options;
    if (user === undefined || password === undefined) return '';
    this.#token ??= unary(endpoint, AUTHENTICATE, authenticateRequest(user, password), metadata(''), withinMs)
      .then(readToken)
      .catch((error: unknown) => {
        if (error instanceof EtcdRefusal && error.isAuthOff) return '';
        this.forgetToken();
        throw error;
      });
    return this.#token;
  }

  /** The next call goes to the next member, unless another call has already gone on. */
  #leave(endpoint: Endpoint): void {
    if (this.#endpoints[this.#current] === endpoint)
      this.#current = (this.#current + 1) % this.#endpoints.length;
  }
}

const AUTHENTICATE = '/etcdserverpb.Auth/Authenticate';

/** One call to one member. Throws EtcdRefusal. */
function unary(
  { address, client }: Endpoint,
  method: string,
  request: Buffer,
  about: Metadata,
  withinMs: number,
): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const options = { deadline: new Date(Date.now() + Math.max(1, withinMs)) };
  client.makeUnaryRequest(method, asIs, asIs, request, about, options, (error, answer) => {
    if (error !== null) reject(new EtcdRefusal(error, address));
    else resolve(answer as Buffer);
  });
  return promise;
}

/** gRPC is let connect only where somebody answers: see `probe`. Throws EtcdRefusal. */
async function connected(
  { address, client }: Endpoint,
  tls: EtcdTls | undefined,
  withinMs: number,
): Promise<void> {
  const deadline = Date.now() + Math.max(1, withinMs);
  const absent = (why: string): EtcdRefusal => {
    const details = `cannot be reached: ${why}`;
    return new EtcdRefusal({ code: status.UNAVAILABLE, details, message: details }, address);
  };
  if (client.getChannel().getConnectivityState(false) !== connectivityState.READY) {
    const absence = await probe(address, tls, Math.max(1, withinMs));
    if (absence !== undefined) throw absent(absence);
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  client.waitForReady(deadline, (error) => {
    if (error === undefined) resolve();
    else reject(absent('gRPC does not come about'));
  });
  return promise;
}

/** With these etcd refuses what a member that is cut off from the others could not carry out. */
function metadata(token: string): Metadata {
  const about = new Metadata();
  about.set('hasleader', 'true');
  if (token !== '') about.set('token', token);
  return about;
}

function credentialsFor(tls: EtcdTls | undefined): ReturnType<typeof credentials.createInsecure> {
  if (tls === undefined) return credentials.createInsecure();
  const pem = (text: string | undefined): Buffer | null => (text === undefined ? null : Buffer.from(text));
  return credentials.createSsl(pem(tls.ca), pem(tls.key), pem(tls.cert));
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}

/** What a stream failed with. */
export function refusalOf(error: unknown, address: string): unknown {
  return error instanceof Error && 'details' in error
    ? new EtcdRefusal(error as ServiceError, address)
    : error;
}
