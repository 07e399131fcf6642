import { TRUST_INITIAL } from '../trust/trust-bands.ts';

export const TRUST = 0;
export const STATE = 1;
/** When the state ends; Infinity where only an operator ends it. */
export const UNTIL = 2;
export const SCORE = 3;
export const SCORE_AT = 4;
export const RECOVERED_AT = 5;
export const SEEN_AT = 6;
/** When a refusal last counted as a violation. */
export const VIOLATED_AT = 7;
/** When staying out of trouble is next worth a point. */
export const REWARD_AT = 8;
/** The arrival time (GCRA) of good acts, ms. */
export const GOOD_AT = 9;
/** Trust lost and not yet part of a case. */
export const LOST = 10;
/** When the client was last noted at its address. */
export const NOTED_AT = 11;
const FIELDS = 12;

const FIRST_ROOM = 1_024;
/** Clients that are looked at when one has to go. */
const LOOKED_AT = 64;

/**
 * What is known of each client: a row of numbers, next to one another in memory. Bounded: where the table is full, of 64 clients
 * the one goes that was quiet for longest, one in an ordinary state before one that is being punished.
 */
export class ClientTable {
  readonly names: string[] = [];
  /** Where each was last noted. */
  readonly address: (string | undefined)[] = [];
  #cells: Float64Array = new Float64Array(FIRST_ROOM * FIELDS);
  readonly #rows: Map<string, number> = new Map();
  readonly #free: number[] = [];
  #room = FIRST_ROOM;
  #hand = 0;

  get(row: number, field: number): number {
    return this.#cells[row * FIELDS + field] as number;
  }

  set(row: number, field: number, value: number): void {
    this.#cells[row * FIELDS + field] = value;
  }

  get size(): number {
    return this.#rows.size;
  }

  /** Rows that were ever used. */
  get rows(): number {
    return this.names.length;
  }

  row(user: string): number | undefined {
    return this.#rows.get(user);
  }

  isUsed(row: number): boolean {
    return !Number.isNaN(this.get(row, SEEN_AT));
  }

  /** A row as that of a client never seen before. `makeWay` is told which client goes. */
  add(user: string, now: number, rewardAt: number, most: number, makeWay: (row: number) => void): number {
    while (this.#rows.size >= most) {
      const row = this.#quietest();
      makeWay(row);
      this.remove(row);
    }
    const row = this.#free.pop() ?? this.names.length;
    if (row >= this.#room) this.#grow();
    this.names[row] = user;
    this.address[row] = undefined;
    this.#rows.set(user, row);
    const cells = this.#cells.fill(0, row * FIELDS, (row + 1) * FIELDS);
    const at = row * FIELDS;
    cells[at + TRUST] = TRUST_INITIAL;
    cells[at + SCORE_AT] = now;
    cells[at + RECOVERED_AT] = now;
    cells[at + SEEN_AT] = now;
    cells[at + VIOLATED_AT] = -Infinity;
    cells[at + REWARD_AT] = rewardAt;
    cells[at + NOTED_AT] = -Infinity;
    return row;
  }

  remove(row: number): void {
    this.#rows.delete(this.names[row] as string);
    this.names[row] = '';
    this.set(row, SEEN_AT, Number.NaN);
    this.address[row] = undefined;
    this.#free.push(row);
  }

  #quietest(): number {
    let best = -1;
    let bestIsFree = false;
    for (let looked = 0; looked < LOOKED_AT || best < 0; ) {
      this.#hand = (this.#hand + 1) % this.names.length;
      const row = this.#hand;
      looked++;
      if (!this.isUsed(row)) continue;
      const isFree = this.get(row, STATE) === 0;
      const quieter = best < 0 || this.get(row, SEEN_AT) < this.get(best, SEEN_AT);
      if (best < 0 || (isFree && !bestIsFree) || (isFree === bestIsFree && quieter)) {
        best = row;
        bestIsFree = isFree;
      }
    }
    return best;
  }

  #grow(): void {
    this.#room *= 2;
    const grown = new Float64Array(this.#room * FIELDS);
    grown.set(this.#cells);
    this.#cells = grown;
  }
}
