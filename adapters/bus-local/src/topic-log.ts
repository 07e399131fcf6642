import type { Timestamp } from '@aegis/model';
import type { BusMessage, Position } from '@aegis/ports';

/**
 * The newest messages of one topic, numbered 1, 2, 3 ... A position is `<epoch>-<number>`: the epoch tells a
 * position of this log from one of an earlier life of the process, which nothing here can be counted from.
 */
export class TopicLog {
  readonly #topic: string;
  readonly #epoch: string;
  readonly #ring: (BusMessage | undefined)[];
  #last = 0;

  constructor(topic: string, epoch: string, keep: number) {
    this.#topic = topic;
    this.#epoch = epoch;
    this.#ring = Array.from({ length: keep });
  }

  /** The newest number; 0 when there is none. */
  get last(): number {
    return this.#last;
  }

  /** The oldest number that is kept; `last + 1` when there is none. */
  get first(): number {
    return Math.max(1, this.#last - this.#ring.length + 1);
  }

  append(payload: string, at: Timestamp): BusMessage {
    this.#last += 1;
    const message = { topic: this.#topic, position: `${this.#epoch}-${this.#last}`, payload, at };
    this.#ring[this.#last % this.#ring.length] = message;
    return message;
  }

  /** The message of a number from `first` to `last`. */
  at(number: number): BusMessage {
    return this.#ring[number % this.#ring.length] as BusMessage;
  }

  /** The number a position stands for; -1 for one that is not of this log. */
  numberOf(position: Position): number {
    const [epoch, digits = ''] = position.split('-', 2);
    return epoch === this.#epoch && /^\d{1,15}$/.test(digits) ? Number(digits) : -1;
  }
}
