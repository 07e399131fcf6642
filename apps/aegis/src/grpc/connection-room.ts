import type { Socket } from 'node:net';

/**
 * Room for so many connections. Where all of it is taken, the one that has waited longest without proving itself makes
 * room: who only connects cannot keep out those with a key.
 */
export class ConnectionRoom {
  readonly #most: number;
  readonly #proven: Set<Socket> = new Set();
  /** Oldest first. */
  readonly #unproven: Set<Socket> = new Set();

  constructor(most: number) {
    this.#most = most;
  }

  /** A new connection; another one, or this one, may be destroyed for it. */
  enter(socket: Socket): void {
    this.#unproven.add(socket);
    socket.once('close', () => {
      this.#unproven.delete(socket);
      this.#proven.delete(socket);
    });
    if (this.#unproven.size + this.#proven.size <= this.#most) return;
    const [oldest = socket] = this.#unproven;
    this.#unproven.delete(oldest);
    oldest.destroy();
  }

  /** Somebody with a key speaks on it. */
  prove(socket: Socket): void {
    if (this.#unproven.delete(socket)) this.#proven.add(socket);
  }
}
