import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ClientFrame, ServerFrame } from './wire.ts';

/** What became of what a client asked. */
export interface ClientTally {
  asked: number;
  done: number;
  refused: number;
  /** Messages of others that came. */
  heard: number;
  /** Of these, messages of abusers. */
  heardFromAbusers: number;
  /** Connections that were refused or cut. */
  lost: number;
}

type Frame = ClientFrame extends infer F ? (F extends unknown ? Omit<F, 'id'> : never) : never;

/** One member, connected. */
export class ChatClient {
  readonly user: string;
  readonly tally: ClientTally = { asked: 0, done: 0, refused: 0, heard: 0, heardFromAbusers: 0, lost: 0 };
  readonly #socket: WebSocket;
  #closing = false;

  private constructor(user: string, socket: WebSocket) {
    this.user = user;
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('close', () => {
      if (!this.#closing) this.tally.lost++;
    });
    socket.on('message', (data: Buffer) => this.#hear(JSON.parse(data.toString()) as ServerFrame));
  }

  static async connect(url: string, user: string, token: string, room: string): Promise<ChatClient> {
    const query = new URLSearchParams({ user, token, room });
    const socket = new WebSocket(`${url}/?${query.toString()}`);
    const client = new ChatClient(user, socket);
    await Promise.race([once(socket, 'open'), once(socket, 'close')]).catch(() => {});
    return client;
  }

  get isConnected(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  ask(frame: Frame): void {
    if (!this.isConnected) return;
    this.tally.asked++;
    this.#socket.send(JSON.stringify({ ...frame, id: this.tally.asked }));
  }

  close(): void {
    this.#closing = true;
    this.#socket.terminate();
  }

  #hear(frame: ServerFrame): void {
    if (frame.kind === 'done') this.tally.done++;
    else if (frame.kind === 'refused') this.tally.refused++;
    else {
      this.tally.heard++;
      if (frame.from.startsWith('abuser-')) this.tally.heardFromAbusers++;
    }
  }
}
