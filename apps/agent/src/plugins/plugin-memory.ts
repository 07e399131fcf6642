import { z } from 'zod';
import type { StateFolder } from '../state/state-folder.ts';
import type { BreakerMemory } from './breaker.ts';

/** What is known of a plugin beyond its process and the agent's. */
export interface Remembered extends BreakerMemory {
  /** Settings under which it has proven itself, as JSON. */
  readonly lastGood?: string | undefined;
  /** Settings under which it failed, as JSON: not tried again. */
  readonly poisoned?: string | undefined;
  /** What it asked to be kept. */
  readonly state?: unknown;
}

const LARGEST_STATE = 1_048_576;
const Remembered: z.ZodType<Remembered> = z.strictObject({
  failures: z.int().min(0),
  opens: z.int().min(0),
  lastGood: z.string().optional(),
  poisoned: z.string().optional(),
  state: z.unknown().optional(),
});

/** The memory of one plugin, in `plugin-NAME.json`; written before it is started. */
export class PluginMemory {
  readonly #folder: StateFolder;
  readonly #file: string;
  #remembered: Remembered;

  constructor(folder: StateFolder, name: string) {
    this.#folder = folder;
    this.#file = `plugin-${name}.json`;
    const kept = Remembered.safeParse(folder.readJson(this.#file));
    this.#remembered = kept.success ? kept.data : { failures: 0, opens: 0 };
  }

  get remembered(): Remembered {
    return this.#remembered;
  }

  /** A disk that is full costs the memory, not the plugin. Whether it could be kept. */
  keep(change: Partial<Remembered>): boolean {
    this.#remembered = { ...this.#remembered, ...change };
    try {
      this.#folder.write(this.#file, JSON.stringify(this.#remembered));
      return true;
    } catch {
      return false;
    }
  }

  /** False where it is too large. */
  keepState(state: unknown): boolean {
    return JSON.stringify(state).length <= LARGEST_STATE && this.keep({ state });
  }
}
