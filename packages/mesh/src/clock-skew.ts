import type { Timestamp } from '@aegis/model';

/** Clocks that agree better than this count as one, so that times come out the same to the millisecond. */
const TOLERATED_MS = 2_000;
const STEP_MS = 1_000;

/**
 * How far this node's clock is ahead of the mesh's, ms: 0 or a whole number of seconds. The bus has the clock that
 * counts; a node whose own is wrong shifts every time that it sends and receives, and so decides about the same
 * moments as the others.
 */
export class ClockSkew {
  #ms = 0;

  get ms(): number {
    return this.#ms;
  }

  /** True where it has changed. `own` and `bus` are of the same moment, as well as one could tell. */
  observe(own: Timestamp, bus: Timestamp): boolean {
    const before = this.#ms;
    const ahead = own - bus;
    // A measured skew stays until it is clearly another one: a clock is not wrong by a little more each minute.
    if (Math.abs(ahead - before) > TOLERATED_MS) {
      this.#ms = Math.abs(ahead) <= TOLERATED_MS ? 0 : Math.round(ahead / STEP_MS) * STEP_MS;
    }
    return this.#ms !== before;
  }

  /** Own time as the mesh has it, seconds. */
  toMesh(own: Timestamp): number {
    return (own - this.#ms) / 1_000;
  }

  /** Seconds of the mesh as own time. */
  toOwn(mesh: number): Timestamp {
    return Math.round(mesh * 1_000) + this.#ms;
  }
}
