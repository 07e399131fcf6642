import type { Duplex } from 'node:stream';
import { AegisError } from '@aegis/model';
import { type Channel, type ChannelModel, type ConfirmChannel, connect } from 'amqplib';

export interface RabbitMqServerOptions {
  /** `amqp://aegis@rabbit.example:5672/vhost`, `amqps:` for TLS. */
  readonly url: string;
  /** Where the URL has none. */
  readonly password?: string;
  /** How long a connection or an answer may take, ms; default 10,000. */
  readonly timeoutMs?: number;
}

/** A connection that is made when it is needed, and anew after it broke. */
export class RabbitMqConnection {
  readonly #options: RabbitMqServerOptions;
  #connecting: Promise<ChannelModel> | undefined;
  #isClosed = false;

  constructor(options: RabbitMqServerOptions) {
    this.#options = options;
  }

  get timeoutMs(): number {
    return this.#options.timeoutMs ?? 10_000;
  }

  /** For reading. */
  async channel(): Promise<Channel> {
    return this.guard(async () => quiet(await (await this.#connected()).createChannel()));
  }

  /** For publishing: the server says what it has on disk. */
  async confirmChannel(): Promise<ConfirmChannel> {
    return this.guard(async () => quiet(await (await this.#connected()).createConfirmChannel()));
  }

  async serverVersion(): Promise<string> {
    return this.guard(async () => {
      const { connection } = await this.#connected();
      const { serverProperties } = connection as {
        readonly serverProperties?: { readonly version?: string };
      };
      return serverProperties?.version ?? 'of an unknown version';
    });
  }

  /** What goes wrong becomes AegisError `stream_unavailable`, and so does what takes too long. */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new AegisError('stream_unavailable', 'the stream is closed');
    try {
      return await this.#inTime(work());
    } catch (cause) {
      if (cause instanceof NoAnswer) await this.#abandon();
      throw streamFault(cause);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const connection = await this.#connecting?.catch(() => undefined);
    if (connection !== undefined) await this.#inTime(connection.close()).catch(() => undefined);
  }

  /** Whatever is asked on it would wait behind what is not answered: a server that restarts may forget a question. */
  async #abandon(): Promise<void> {
    const connecting = this.#connecting;
    this.#connecting = undefined;
    const model = await this.#inTime(connecting ?? Promise.reject(new Error())).catch(() => undefined);
    // Its channels end with the socket; asking the server to end them would be one more question.
    const { stream } = (model?.connection ?? {}) as { readonly stream?: Duplex };
    stream?.destroy();
  }

  async #inTime<T>(work: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new NoAnswer(this.timeoutMs)), this.timeoutMs);
    try {
      return await Promise.race([work, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #connected(): Promise<ChannelModel> {
    this.#connecting ??= this.#connect();
    return this.#connecting;
  }

  async #connect(): Promise<ChannelModel> {
    try {
      const { url, password } = this.#options;
      const connecting = connect(withPassword(url, password), { timeout: this.timeoutMs });
      // A server that has just started may take the connection and never greet; another try finds it awake.
      const connection = await this.#inTime(connecting).catch((error: unknown) => {
        connecting.then(
          (late) => late.close().catch(() => undefined),
          () => undefined,
        );
        throw error;
      });
      connection.on('error', () => undefined);
      connection.on('close', () => {
        this.#connecting = undefined;
      });
      return connection;
    } catch (error) {
      this.#connecting = undefined;
      throw error;
    }
  }
}

class NoAnswer extends Error {
  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
  }
}

/** A channel that breaks says so to whoever waits on it. */
function quiet<C extends Channel>(channel: C): C {
  channel.on('error', () => undefined);
  // One for each call that waits on it.
  channel.setMaxListeners(0);
  return channel;
}

function withPassword(url: string, password: string | undefined): string {
  if (password === undefined) return url;
  const parsed = new URL(url);
  if (parsed.password === '') parsed.password = encodeURIComponent(password);
  return parsed.href;
}

function streamFault(cause: unknown): AegisError {
  if (cause instanceof AegisError) return cause;
  const message = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new AegisError('stream_unavailable', `RabbitMQ: ${message}`, { cause });
}
