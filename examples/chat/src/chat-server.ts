import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Guard } from '@aegis/guard';
import { guardSocket, guardUpgrade } from '@aegis/guard-node';
import type { Clock } from '@aegis/model';
import { type WebSocket, WebSocketServer } from 'ws';
import { Repetition } from './repetition.ts';
import { LARGEST_FRAME, readFrame, type ServerFrame } from './wire.ts';

export interface ChatServerOptions {
  readonly guard: Guard;
  readonly clock: Clock;
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
}

export interface ChatServer {
  /** `ws://127.0.0.1:39201` */
  readonly url: string;
  /** What a member signs in with. */
  token(user: string): string;
  close(): Promise<void>;
}

/** A chat server of some hundred lines, and what it takes to put the guard in front of it: the two calls marked here. */
export async function startChatServer(options: ChatServerOptions): Promise<ChatServer> {
  const { guard, clock, host = '127.0.0.1', port = 0 } = options;
  const secret = randomBytes(32);
  const tokenOf = (user: string): string => createHmac('sha256', secret).update(user).digest('hex');
  const rooms = new Map<string, Map<string, WebSocket>>();
  const repetition = new Repetition(clock);
  const http = createServer((_request, response) => void response.writeHead(426).end());
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_FRAME });

  http.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const ip = request.socket.remoteAddress ?? '';
    const { user, room } = signedIn(request, tokenOf);
    if (user === undefined) guard.reportViolation({ ip, violation: 'failed_auth', detail: 'a wrong token' });
    // 1: may they connect?
    if (!guardUpgrade(guard, socket, { ip, user }).allowed) return;
    if (user === undefined) return void socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n');
    sockets.handleUpgrade(request, socket, head, (client) => join(client, user, room, ip));
  });

  function join(client: WebSocket, user: string, room: string, ip: string): void {
    const members = rooms.get(room) ?? new Map<string, WebSocket>();
    rooms.set(room, members.set(user, client));
    const tell = (frame: ServerFrame): void => client.send(JSON.stringify(frame));
    client.on('error', () => client.terminate());
    client.once('close', () => void members.delete(user));
    // 2: may they do this?
    guardSocket(client, {
      guard,
      user,
      ip,
      read: (data) => readFrame(data, (name) => rooms.get(name)?.size ?? 0),
      onCall(frame) {
        if (frame?.kind === 'say') {
          const said = JSON.stringify({ kind: 'said', room: frame.room, from: user, text: frame.text });
          for (const member of rooms.get(frame.room)?.values() ?? [])
            if (member !== client) member.send(said);
          if (repetition.isSpam(user, frame.text))
            guard.reportViolation({ user, ip, violation: 'spam', detail: `again and again: ${frame.text}` });
        }
        if (frame !== undefined) tell({ kind: 'done', id: frame.id });
      },
      onDrop(frame) {
        if (frame !== undefined) tell({ kind: 'done', id: frame.id });
      },
      onRefuse(frame, { retryAfterMs }) {
        tell({ kind: 'refused', id: frame?.id ?? 0, retryAfterMs });
      },
    });
  }

  http.listen(port, host);
  await once(http, 'listening');
  return {
    url: `ws://${host}:${(http.address() as AddressInfo).port}`,
    token: tokenOf,
    async close() {
      for (const client of sockets.clients) client.terminate();
      http.close();
      http.closeAllConnections();
      await once(http, 'close');
    },
  };
}

function signedIn(
  request: IncomingMessage,
  tokenOf: (user: string) => string,
): { readonly user: string | undefined; readonly room: string } {
  const { searchParams } = new URL(request.url ?? '/', 'ws://chat');
  const user = searchParams.get('user') ?? '';
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const isRight = timingSafeEqual(digest(searchParams.get('token') ?? ''), digest(tokenOf(user)));
  return { user: user !== '' && isRight ? user : undefined, room: searchParams.get('room') ?? 'lobby' };
}
