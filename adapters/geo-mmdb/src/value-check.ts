import { ARRAY, type DataSection, MAP, POINTER, UTF8 } from './data-section.ts';
import { DEEPEST, MOST_VALUES } from './decode-value.ts';

const UNDER_WAY = 255;
/** Values in one record after which a caller should let others have a turn. */
const MANY_VALUES = 1024;

/** Checks values with all that they hold and point to; what is pointed to once only. */
export class ValueCheck {
  readonly #section: DataSection;
  /** Of values that were pointed to: how deep they are. */
  readonly #heights: Uint8Array;
  /** In all, so that values which overlap cannot make the work grow with the square of the data. */
  #budget: number;
  #left = 0;
  /** The offset after the value that was checked last. */
  #next = 0;
  #trouble = '';

  constructor(section: DataSection) {
    this.#section = section;
    this.#heights = new Uint8Array(section.length);
    this.#budget = 16 * section.length + 1024;
  }

  /** Whether the last check took long. */
  get heavy(): boolean {
    return MOST_VALUES - this.#left > MANY_VALUES;
  }

  /** What is wrong with the value at an offset, in words. */
  check(offset: number): string | undefined {
    this.#left = MOST_VALUES;
    return this.#target(offset, 1) < 0 ? this.#trouble : undefined;
  }

  /** The height of what is at an offset that something points to, -1 where it is broken. */
  #target(offset: number, depth: number): number {
    if (offset >= this.#section.length) return this.#wrong('a pointer out of its data');
    const known = this.#heights[offset] as number;
    if (known === UNDER_WAY) return this.#wrong('a value that holds itself');
    if (known !== 0) return depth + known - 1 > DEEPEST ? this.#tooDeep() : known;
    this.#heights[offset] = UNDER_WAY;
    const height = this.#value(offset, depth);
    if (height >= 0) this.#heights[offset] = height;
    return height;
  }

  #value(at: number, depth: number): number {
    const section = this.#section;
    if (--this.#left < 0) return this.#wrong(`more than ${MOST_VALUES} values`);
    if (--this.#budget < 0) return this.#wrong('values that overlap');
    if (depth > DEEPEST) return this.#tooDeep();
    if (!section.open(at)) return this.#wrong('a value that is none of the format or is cut off');
    const { type, size, target, end } = section;
    this.#next = end;
    if (type === MAP || type === ARRAY) return this.#members(size, type === MAP, depth);
    if (type !== POINTER) return 1;
    if (section.open(target) && section.type === POINTER) return this.#wrong('a pointer to a pointer');
    const height = this.#target(target, depth);
    this.#next = end;
    return height;
  }

  #members(size: number, keyed: boolean, depth: number): number {
    let highest = 0;
    for (let i = 0; i < size; i++) {
      if (keyed) {
        const isText = this.#section.follow(this.#next) && this.#section.type === UTF8;
        if (!isText) return this.#wrong('a map with a key that is no text');
        if (this.#value(this.#next, depth + 1) < 0) return -1;
      }
      const height = this.#value(this.#next, depth + 1);
      if (height < 0) return -1;
      if (height > highest) highest = height;
    }
    return highest + 1;
  }

  #tooDeep(): number {
    return this.#wrong(`values more than ${DEEPEST} deep`);
  }

  #wrong(trouble: string): number {
    this.#trouble = trouble;
    return -1;
  }
}
