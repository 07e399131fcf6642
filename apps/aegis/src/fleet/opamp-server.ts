import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';
import { AgentId, readAgentMessage } from '@aegis/fleet';
import { Address, AegisError, type Logger } from '@aegis/model';
import { WebSocketServer } from 'ws';
import type { FleetSettings } from '../config/sections/fleet-section.ts';
import type { Gate } from '../http/gate.ts';
import type { AgentLink } from './agent-book.ts';
import type { FleetService } from './fleet-service.ts';

export interface OpampServerOptions {
  readonly settings: FleetSettings;
  readonly service: FleetService;
  readonly gate: Gate;
  readonly logger: Logger;
}

type Admission =
  | 'ok'
  | { readonly status: number; readonly detail: string; readonly headers: Readonly<Record<string, string>> };

const PATH = '/v1/opamp';
const HALT_PATH = '/v1/fleet/order';
const PROTOBUF = 'application/x-protobuf';
const LARGEST_MESSAGE = 1_048_576;
const SWEEP_MS = 5_000;
const DRAIN_MS = 1_000;
/** Bytes that may wait for an agent that does not read. */
const MOST_WAITING = 1_048_576;
/** RFC 6455 section 7.4.1. */
const GOING_AWAY = 1_001;
const UNSUPPORTED = 1_003;
const FULL = '503 Service Unavailable\r\nretry-after: 30';

/**
 * OpAMP over WebSocket and plain HTTP (specification 0.18). Agents bring an API key of the role `agent`. The order to
 * halt is at a path of its own too, for agents that have no connection.
 */
export class OpampServer {
  readonly name = 'fleet';
  readonly #options: OpampServerOptions;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  #sweeping: NodeJS.Timeout | undefined;
  #connections = 0;

  constructor(options: OpampServerOptions) {
    this.#options = options;
    this.#server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 60_000 });
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: true,
      perMessageDeflate: false,
      maxPayload: LARGEST_MESSAGE,
    });
    this.#server.on('request', (request, response) => void this.#answer(request, response));
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  get url(): string {
    const { address, family, port } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}${PATH}`;
  }

  /** Throws the system's error where it cannot listen. */
  async start(): Promise<void> {
    const { host, port } = this.#options.settings;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    this.#sweeping = setInterval(() => this.#options.service.sweep(), SWEEP_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#sweeping);
    for (const socket of this.#sockets.clients) socket.close(GOING_AWAY);
    const closed = new Promise((resolve) => this.#server.close(resolve));
    const late = setTimeout(() => {
      for (const socket of this.#sockets.clients) socket.terminate();
      this.#server.closeAllConnections();
    }, DRAIN_MS);
    this.#server.closeIdleConnections();
    await closed;
    clearTimeout(late);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const path = request.url?.split('?', 1)[0];
      const caller = this.#admit(request);
      if (caller !== 'ok') end(response, caller.status, caller.detail, caller.headers);
      else if (path === HALT_PATH && request.method === 'GET') this.#tellOrder(response);
      else if (path !== PATH) end(response, 404, `There is nothing here; agents speak at ${PATH}.`);
      else if (request.method !== 'POST') end(response, 405, 'OpAMP over HTTP is POST.', { allow: 'POST' });
      else if (request.headers['content-type'] !== PROTOBUF)
        end(response, 415, `The body is to be ${PROTOBUF}.`);
      else {
        const message = readAgentMessage(await bodyOf(request));
        response.writeHead(200, { 'content-type': PROTOBUF });
        response.end(this.#options.service.converse(message, undefined));
      }
    } catch (error) {
      if (response.headersSent) return void response.destroy();
      const { code, message } = error as { readonly code?: string; readonly message: string };
      if (code === 'bad_message') end(response, 400, `${message}.`);
      else if (code === 'too_large') end(response, 413, 'A message is at most 1 MiB.');
      else if (code === 'registry_unavailable')
        end(response, 503, 'Try again later.', { 'retry-after': '30' });
      else {
        this.#options.logger.warn({ error: message }, 'a message of an agent could not be answered');
        end(response, 500, 'Something went wrong here.');
      }
    }
  }

  #tellOrder(response: ServerResponse): void {
    const signed = this.#options.service.standingOrder?.signed;
    if (signed === undefined) return void response.writeHead(204).end();
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(signed);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const refusal = this.#refusalOf(request);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\n\r\n`);
      return;
    }
    this.#connections++;
    socket.once('close', () => this.#connections--);
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      let id: AgentId | undefined;
      const link: AgentLink = {
        send(message) {
          if (webSocket.bufferedAmount > MOST_WAITING) webSocket.terminate();
          else webSocket.send(framed(message));
        },
        end: () => webSocket.terminate(),
      };
      webSocket.on('message', (data: Buffer, isBinary) => {
        if (!isBinary) return webSocket.close(UNSUPPORTED);
        try {
          const message = readAgentMessage(unframed(data));
          id = AgentId.fromBytes(message.instanceUid) ?? id;
          link.send(this.#options.service.converse(message, link));
        } catch (error) {
          this.#options.logger.debug({ error: String(error) }, 'an agent sent what is no message');
          webSocket.close(UNSUPPORTED);
        }
      });
      webSocket.on('error', () => webSocket.terminate());
      webSocket.on('close', () => {
        if (id !== undefined) this.#options.service.gone(id, link);
      });
    });
  }

  /** Status line and headers; undefined where the agent may come in. */
  #refusalOf(request: IncomingMessage): string | undefined {
    if (request.url?.split('?', 1)[0] !== PATH) return '404 Not Found';
    if (this.#connections >= this.#options.settings.mostConnections) return FULL;
    try {
      const admitted = this.#admit(request);
      if (admitted === 'ok') return undefined;
      return admitted.status === 403 ? '403 Forbidden' : '401 Unauthorized';
    } catch {
      return FULL;
    }
  }

  /** Throws AegisError `registry_unavailable`. */
  #admit(request: IncomingMessage): Admission {
    const peer = Address.parse(request.socket.remoteAddress ?? '');
    const from = peer.ok ? peer.value : ('0.0.0.0' as Address);
    const target = `${request.method} ${PATH}`;
    const caller = this.#options.gate.admit(
      { headers: request.headers, from, target, connection: request.socket },
      'fleet:agent',
    );
    if (caller.ok) return 'ok';
    const { status, detail, headers = {} } = caller.error;
    return { status, detail, headers };
  }
}

/** A refusal; what may still come of the request is passed over, and the connection ends. */
function end(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.req.resume();
  const about = { connection: 'close', 'content-type': 'text/plain; charset=utf-8' };
  response.writeHead(status, { ...headers, ...about }).end(`${text}\n`);
}

/** Gzip is taken too; 1 MiB is the most, packed and unpacked. Throws AegisError `too_large`, `bad_message`. */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const stream = request.headers['content-encoding'] === 'gzip' ? unpacked(request) : request;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > LARGEST_MESSAGE) throw new AegisError('too_large', 'a message is too large');
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof AegisError) throw error;
    throw new AegisError('bad_message', 'the body could not be read', { cause: error });
  }
  return Buffer.concat(chunks);
}

function unpacked(request: IncomingMessage): Gunzip {
  const gunzip = request.pipe(createGunzip());
  // A pipe does not tell of a request that was broken off.
  request.once('close', () => {
    if (!request.complete) gunzip.destroy(new Error('the request was broken off'));
  });
  return gunzip;
}

/** WebSocket messages begin with a varint of 0 (specification, section "WebSocket Message Format"). */
function framed(message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(0), message]);
}

/** Old clients leave the 0 out; no message begins with it otherwise, as there is no field 0. */
function unframed(data: Buffer): Buffer {
  return data[0] === 0 ? data.subarray(1) : data;
}
