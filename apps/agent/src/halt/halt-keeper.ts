import type { KeyObject } from 'node:crypto';
import { type HaltOrder, obeyed, readHalt } from '@aegis/fleet';
import type { Logger } from '@aegis/model';
import type { StateFolder } from '../state/state-folder.ts';

export interface HaltKeeperOptions {
  readonly state: StateFolder;
  /** Of the fleet, pinned: Ed25519. */
  readonly publicKey: KeyObject;
  /** Told after the order is on disk. */
  readonly onOrder: (order: HaltOrder) => void;
  readonly logger: Logger;
}

const FILE = 'halt.json';

/**
 * The order that this agent obeys: the highest epoch it has seen, verified, kept on disk before it is acted upon. It
 * does not matter who brings an order, so that it may come by any way; what is forged or old changes nothing.
 */
export class HaltKeeper {
  readonly #options: HaltKeeperOptions;
  #standing: HaltOrder | undefined;
  #refused = 0;

  constructor(options: HaltKeeperOptions) {
    this.#options = options;
    const kept = options.state.read(FILE);
    if (kept === undefined) return;
    const read = readHalt(kept, options.publicKey);
    if (read.ok) this.#standing = read.value;
    else options.logger.error({ why: read.error }, 'the order on disk is not believed; waiting for another');
  }

  get standing(): HaltOrder | undefined {
    return this.#standing;
  }

  get isHalted(): boolean {
    return this.#standing?.state === 'halted';
  }

  /** Orders that were no orders of this fleet. */
  get refused(): number {
    return this.#refused;
  }

  /** Takes in the JSON of a signed order. False where it is forged; true also for what is known already. */
  hear(text: string): boolean {
    const { publicKey, state, onOrder, logger } = this.#options;
    const read = readHalt(text, publicKey);
    if (!read.ok) {
      this.#refused++;
      logger.error({ why: read.error }, 'an order to halt or to go on is refused');
      return false;
    }
    const next = obeyed(this.#standing, read.value);
    if (next === this.#standing) return true;
    this.#standing = next;
    try {
      state.write(FILE, text);
    } catch (error) {
      // Obeyed all the same: a full disk must not keep an agent running.
      logger.error({ error: String(error) }, 'the order cannot be kept; it is obeyed until the agent ends');
    }
    const { epoch, by, reason } = next;
    logger.warn({ epoch, by, reason }, next.state === 'halted' ? 'halted' : 'told to go on');
    onOrder(next);
    return true;
  }
}
