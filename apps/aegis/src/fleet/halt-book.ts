import { createPublicKey, type KeyObject } from 'node:crypto';
import { type HaltOrder, obeyed, readHalt, type SignedHalt, signHalt } from '@aegis/fleet';
import { AegisError, type Clock, type Logger } from '@aegis/model';
import type { Registry, RegistryEntry } from '@aegis/ports';

export interface HaltBookOptions {
  readonly registry: Registry;
  /** Ed25519; the same on all servers of a fleet. */
  readonly key: KeyObject;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A standing order, and the text of it that agents verify. */
export interface StandingHalt {
  readonly order: HaltOrder;
  /** JSON of a `SignedHalt`. */
  readonly signed: string;
}

const KEY = 'fleet/halt';
const ATTEMPTS = 20;

/** Whether the fleet is halted: one signed order in the registry, and its epoch only rises. */
export class HaltBook {
  readonly #options: HaltBookOptions;
  readonly #publicKey: KeyObject;
  #standing: StandingHalt | undefined;

  constructor(options: HaltBookOptions) {
    this.#options = options;
    this.#publicKey = createPublicKey(options.key);
  }

  static readonly key: string = KEY;

  /** Undefined where nobody has ever halted anything. */
  get standing(): StandingHalt | undefined {
    return this.#standing;
  }

  /** Whether it is news. Whoever can write the registry and does not hold the key halts nothing. */
  learn({ value }: RegistryEntry): boolean {
    const read = readHalt(value, this.#publicKey);
    if (!read.ok) {
      this.#options.logger.error({ why: read.error }, 'the order to the fleet in the registry is refused');
      return false;
    }
    const before = this.#standing?.order;
    if (obeyed(before, read.value) === before) return false;
    this.#standing = { order: read.value, signed: value };
    return true;
  }

  /** Throws AegisError `registry_unavailable`, or `fleet_contended` where others order all the time. */
  async order(state: HaltOrder['state'], by: string, reason: string): Promise<StandingHalt> {
    const { registry, key, clock } = this.#options;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const entry = await registry.get(KEY);
      const read = entry === undefined ? undefined : readHalt(entry.value, this.#publicKey);
      const epoch = Math.max(read?.ok === true ? read.value.epoch : 0, this.#standing?.order.epoch ?? 0) + 1;
      const order: HaltOrder = { epoch, state, at: clock.now(), by, reason };
      const signed: SignedHalt = signHalt(order, key);
      const written = await registry.compareAndSet(KEY, entry?.version ?? 0, JSON.stringify(signed));
      if (written === undefined) continue;
      this.#standing = { order, signed: written.value };
      return this.#standing;
    }
    throw new AegisError('fleet_contended', 'others give orders to the fleet all the time; try again');
  }
}
