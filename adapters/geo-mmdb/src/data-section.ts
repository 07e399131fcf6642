/** Types of the format's data section, as numbered there. */
export const POINTER = 1;
export const UTF8 = 2;
export const DOUBLE = 3;
export const BYTES = 4;
export const UINT16 = 5;
export const UINT32 = 6;
export const MAP = 7;
export const INT32 = 8;
export const UINT64 = 9;
export const UINT128 = 10;
export const ARRAY = 11;
export const BOOLEAN = 14;
export const FLOAT = 15;

const EXTENDED = 0;
/** The most bytes that the payload of a number of each type takes; exactly as many where it is a float. */
const NUMBER_BYTES: Readonly<Record<number, number>> = {
  [UINT16]: 2,
  [UINT32]: 4,
  [INT32]: 4,
  [UINT64]: 8,
  [UINT128]: 16,
};

/**
 * Values of a MaxMind DB data or metadata section (maxmind.github.io/MaxMind-DB, version 2.0), found where they
 * lie. Offsets are from the start of the section. `open` says what is at an offset, in `type`, `size`, `body` and
 * for a pointer `target`; it reads nothing outside the section and refuses what the format does not know.
 */
export class DataSection {
  readonly bytes: Buffer;
  /** Where the section is in `bytes`. */
  readonly start: number;
  readonly length: number;
  type = 0;
  /** Bytes of a text or number, entries of a map, items of an array, 0 or 1 of a boolean. */
  size = 0;
  /** Where the payload begins. */
  body = 0;
  /** Of a pointer. */
  target = 0;

  constructor(bytes: Buffer, start: number, end: number) {
    this.bytes = bytes;
    this.start = start;
    this.length = end - start;
  }

  /** Whether a value begins at this offset, and its payload lies in the section. */
  open(at: number): boolean {
    const { bytes, start, length } = this;
    if (at < 0 || at >= length) return false;
    let next = start + at;
    const end = start + length;
    const control = bytes[next++] as number;
    let type = control >>> 5;
    if (type === POINTER) return this.#openPointer(control, next, end);
    if (type === EXTENDED) {
      if (next >= end) return false;
      type = (bytes[next++] as number) + 7;
    }
    let size = control & 31;
    if (size > 28) {
      const more = size - 28;
      if (next + more > end) return false;
      const value = bytes.readUIntBE(next, more);
      size = value + (more === 1 ? 29 : more === 2 ? 285 : 65_821);
      next += more;
    }
    this.type = type;
    this.size = size;
    this.body = next - start;
    return wellFormed(type, size) && this.body + payloadBytes(type, size) <= length;
  }

  /** The same, at what a pointer points to. One to another pointer is refused. */
  follow(at: number): boolean {
    if (!this.open(at)) return false;
    return this.type !== POINTER || (this.open(this.target) && this.type !== POINTER);
  }

  /** The offset after the opened value where it holds no others: after a map or array that of its first member. */
  get end(): number {
    return this.body + payloadBytes(this.type, this.size);
  }

  /** The offset after the whole value at this one, -1 where it is broken. Pointers are not followed. */
  skip(at: number): number {
    let next = at;
    // Each value takes at least a byte, so this ends with the section however many members are announced.
    for (let left = 1; left > 0; left--) {
      if (!this.open(next)) return -1;
      if (this.type === MAP) left += 2 * this.size;
      else if (this.type === ARRAY) left += this.size;
      next = this.end;
    }
    return next;
  }

  #openPointer(control: number, next: number, end: number): boolean {
    const more = ((control >>> 3) & 3) + 1;
    if (next + more > end) return false;
    const value = this.bytes.readUIntBE(next, more);
    const high = control & 7;
    this.type = POINTER;
    this.size = 0;
    this.body = next + more - this.start;
    this.target =
      more === 1
        ? high * 0x100 + value
        : more === 2
          ? high * 0x1_0000 + value + 2048
          : more === 3
            ? high * 0x100_0000 + value + 526_336
            : value;
    return true;
  }
}

function wellFormed(type: number, size: number): boolean {
  switch (type) {
    case UTF8:
    case BYTES:
    case MAP:
    case ARRAY:
      return true;
    case DOUBLE:
      return size === 8;
    case FLOAT:
      return size === 4;
    case BOOLEAN:
      return size <= 1;
    default:
      return size <= (NUMBER_BYTES[type] ?? -1);
  }
}

function payloadBytes(type: number, size: number): number {
  return type === MAP || type === ARRAY || type === BOOLEAN || type === POINTER ? 0 : size;
}
