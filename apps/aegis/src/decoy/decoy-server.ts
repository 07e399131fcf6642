import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { answer, type DecoyRequest, type DecoyResponse, refusal } from '@aegis/decoy';
import { AegisError, type Clock, type HttpObservation, type Logger } from '@aegis/model';
import { guardConnections } from './connection-guard.ts';
import type { DecoyEvent } from './decoy-event.ts';
import { DECOY_LIMITS, type DecoyLimits } from './decoy-limits.ts';
import { headersOf, httpObservation, malformedObservation } from './http-observation.ts';
import { type ReadBody, readBody } from './read-body.ts';

export interface DecoyServerOptions extends Partial<DecoyLimits> {
  /** Told of every request, malformed ones too. Where it throws, that event is lost and nothing else. */
  readonly onEvent: (event: DecoyEvent) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface DecoyServer {
  /** Port 0 takes a free one. Throws AegisError `decoy_listen_failed`. */
  listen(host: string, port: number): Promise<AddressInfo>;
  /** Refuses new connections and closes those that are open. */
  close(): Promise<void>;
}

/** How often Node looks for clients that are too slow. */
const SLOWNESS_CHECK_MS = 1000;

/** What Node's parser refuses, by error code; anything else of its codes is a bad request. */
const PARSER_REFUSALS: Readonly<Record<string, number>> = Object.freeze({
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
});

interface ParserError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

function responseTo(message: IncomingMessage, request: DecoyRequest, body: ReadBody): DecoyResponse {
  if (body.end === 'too_large') return refusal(413, 'Request Entity Too Large');
  const lacksHost = message.httpVersionMajor === 1 && message.httpVersionMinor === 1 && !message.headers.host;
  if (lacksHost || body.end === 'cut_off') return refusal(400, 'Bad Request');
  return answer(request);
}

function refuseOn(socket: Duplex, status: number): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { headers, body } = refusal(status, STATUS_CODES[status] ?? '');
  const all = { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`);
  socket.end(body, () => socket.destroy());
}

/** The decoy site on a socket, bounded in every dimension. */
export function createDecoyServer(options: DecoyServerOptions): DecoyServer {
  const limits: DecoyLimits = { ...DECOY_LIMITS, ...options };
  const { clock, logger } = options;
  const server = createServer({
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: SLOWNESS_CHECK_MS,
    requireHostHeader: false,
  });
  server.timeout = limits.silenceMs;
  const guard = guardConnections(server, limits);
  /** Connections whose present request is told of by `serve`. */
  const serving = new WeakSet<Duplex>();

  function tell(socket: Duplex, request: HttpObservation, response?: DecoyResponse): void {
    const peer = guard.peerOf(socket);
    if (peer === undefined) return;
    try {
      options.onEvent({
        client: peer.address,
        clientPort: peer.port,
        request,
        ...(response?.login && { login: response.login }),
      });
    } catch (error) {
      logger.error({ err: error }, 'an event of the decoy was lost');
    }
  }

  async function serve(message: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { socket } = message;
    const number = guard.countRequest(socket);
    serving.add(socket);
    const body = await readBody(message, { keep: limits.keptBodyBytes, max: limits.maxBodyBytes });
    serving.delete(socket);
    const request: DecoyRequest = {
      method: message.method ?? 'GET',
      target: message.url ?? '/',
      headers: headersOf(message),
      body: body.text,
      token: randomBytes(13).toString('hex'),
    };
    const response = responseTo(message, request, body);
    tell(socket, httpObservation(request, response.status, clock.now()), response);
    const isLast = body.end !== 'complete' || number >= limits.maxRequestsPerConnection;
    outgoing.writeHead(response.status, {
      ...response.headers,
      'content-length': Buffer.byteLength(response.body),
      ...(isLast && { connection: 'close' }),
    });
    if (isLast) outgoing.once('finish', () => socket.destroySoon());
    outgoing.end(response.body);
  }

  function onRequest(message: IncomingMessage, outgoing: ServerResponse): void {
    serve(message, outgoing).catch((error: unknown) => {
      logger.error({ err: error }, 'the decoy failed to answer');
      message.socket.destroy();
    });
  }

  function onConnect(message: IncomingMessage, socket: Duplex): void {
    const request = { method: 'CONNECT', target: message.url ?? '', headers: headersOf(message), body: '' };
    tell(socket, httpObservation(request, 405, clock.now()));
    refuseOn(socket, 405);
  }

  function onClientError(error: ParserError, socket: Duplex): void {
    const code = error.code ?? '';
    const isParserError = code.startsWith('HPE_') || Object.hasOwn(PARSER_REFUSALS, code);
    if (!isParserError || !guard.hasSpoken(socket)) {
      socket.destroy();
      return;
    }
    const status = PARSER_REFUSALS[code] ?? 400;
    const packet = error.rawPacket?.subarray(0, limits.keptBodyBytes) ?? Buffer.alloc(0);
    if (!serving.has(socket)) tell(socket, malformedObservation(packet, status, clock.now()));
    refuseOn(socket, status);
  }

  server.on('request', onRequest);
  server.on('checkContinue', (message: IncomingMessage, outgoing: ServerResponse) => {
    outgoing.writeContinue();
    onRequest(message, outgoing);
  });
  server.on('checkExpectation', onRequest);
  server.on('connect', onConnect);
  server.on('clientError', onClientError);

  return {
    listen(host, port) {
      return new Promise((resolve, reject) => {
        const onError = (cause: Error): void => {
          const message = `the decoy cannot listen on ${host} port ${port}`;
          reject(new AegisError('decoy_listen_failed', message, { cause }));
        };
        server.once('error', onError);
        server.listen(port, host, () => {
          server.off('error', onError);
          // Out of file descriptors, for one: the next client may find room again.
          server.on('error', (error) => logger.warn({ err: error }, 'the decoy could not accept a client'));
          resolve(server.address() as AddressInfo);
        });
      });
    },
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
