import type { Server, ServerResponse } from 'node:http';

/** How often connections are looked at while the server closes, ms. */
const SWEEP_MS = 20;

/**
 * Ends connections when a server closes. Node alone waits for those that were opened and never used, and for
 * those whose answer, begun before the closing, says that they are kept alive.
 */
export class ConnectionDrain {
  readonly #server: Server;
  #underWay = 0;

  constructor(server: Server) {
    this.#server = server;
  }

  /** Waits for this answer too, unless all of it is written already. */
  track(response: ServerResponse): void {
    if (response.writableEnded && response.writableLength === 0) return;
    this.#underWay++;
    response.once('close', () => this.#underWay--);
  }

  /** Runs `close`, which takes nothing new and waits for all connections; cuts off what outlasts the grace. */
  async during(close: () => Promise<void>, graceMs: number): Promise<void> {
    const sweep = setInterval(() => {
      if (this.#underWay === 0) this.#server.closeAllConnections();
      else this.#server.closeIdleConnections();
    }, SWEEP_MS);
    const grace = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    try {
      await close();
    } finally {
      clearInterval(sweep);
      clearTimeout(grace);
    }
  }
}
