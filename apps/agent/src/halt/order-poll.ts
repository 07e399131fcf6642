import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger, Random } from '@aegis/model';
import type { HaltKeeper } from './halt-keeper.ts';

export interface OrderPollOptions {
  /** Where the standing order lies. */
  readonly url: string;
  readonly key: string;
  readonly keeper: Pick<HaltKeeper, 'hear'>;
  /** Whether a server would tell it at once: then there is no need to look. */
  readonly isTold: () => boolean;
  readonly random: Random;
  readonly logger: Logger;
  /** Between two looks at most, ms; at least half of it. */
  readonly everyMs: number;
}

const PATIENCE_MS = 3_000;
const LARGEST_ORDER = 8_192;
const NO_ORDER = 204;

/** Looks at the order itself, past all else, while there is no connection over which it would be told at once. */
export class OrderPoll {
  readonly #options: OrderPollOptions;
  readonly #stop: AbortController = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: OrderPollOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#follow();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Asks once. False where nobody answered, which changes nothing. */
  async look(): Promise<boolean> {
    const { url, key, keeper, logger } = this.#options;
    try {
      const response = await fetch(url, {
        headers: { authorization: `Bearer ${key}` },
        redirect: 'error',
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(PATIENCE_MS)]),
      });
      if (response.ok && response.status !== NO_ORDER) keeper.hear(await textOf(response));
      else await response.body?.cancel();
      return response.ok;
    } catch (error) {
      logger.debug({ error: String(error) }, 'the order cannot be looked at');
      return false;
    }
  }

  async #follow(): Promise<void> {
    const { everyMs, random, isTold } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await sleep(everyMs * (0.5 + random.next() / 2), undefined, { signal }).catch(() => undefined);
      if (!signal.aborted && !isTold()) await this.look();
    }
  }
}

/** Of a body that may be anybody's: no more than an order has. */
async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > LARGEST_ORDER) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
