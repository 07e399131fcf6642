import {
  ARRAY,
  BOOLEAN,
  BYTES,
  type DataSection,
  DOUBLE,
  FLOAT,
  INT32,
  MAP,
  UINT64,
  UINT128,
  UTF8,
} from './data-section.ts';

/** A value of the format. Maps have no prototype, so that no key of theirs means anything. */
export type MmdbValue =
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | readonly MmdbValue[]
  | { readonly [key: string]: MmdbValue };

/** Deeper values are refused. */
export const DEEPEST = 32;
/** Values with more values in them are refused. */
export const MOST_VALUES = 65_536;

/** The whole value at an offset; undefined where it, or anything in it, is broken, too deep or too large. */
export function decodeValue(section: DataSection, at: number): MmdbValue | undefined {
  let left = MOST_VALUES;

  function decode(offset: number, depth: number): MmdbValue | undefined {
    if (--left < 0 || depth > DEEPEST || !section.follow(offset)) return undefined;
    const { type, size, body } = section;
    if (type === MAP) return map(size, body, depth);
    if (type === ARRAY) return array(size, body, depth);
    return scalar(section);
  }

  function map(size: number, body: number, depth: number): MmdbValue | undefined {
    const decoded: { [key: string]: MmdbValue } = Object.create(null);
    let next = body;
    for (let i = 0; i < size; i++) {
      const key = decode(next, depth + 1);
      const valueAt = section.skip(next);
      if (typeof key !== 'string' || valueAt < 0) return undefined;
      const value = decode(valueAt, depth + 1);
      if (value === undefined) return undefined;
      decoded[key] = value;
      next = section.skip(valueAt);
    }
    return decoded;
  }

  function array(size: number, body: number, depth: number): MmdbValue | undefined {
    const decoded: MmdbValue[] = [];
    let next = body;
    for (let i = 0; i < size; i++) {
      const value = decode(next, depth + 1);
      if (value === undefined) return undefined;
      decoded.push(value);
      next = section.skip(next);
    }
    return decoded;
  }

  return decode(at, 1);
}

/** The opened value, which is neither map, array nor pointer. */
function scalar({ bytes, start, type, size, body }: DataSection): MmdbValue {
  const from = start + body;
  switch (type) {
    case UTF8:
      return bytes.toString('utf8', from, from + size);
    case BYTES:
      return bytes.subarray(from, from + size);
    case DOUBLE:
      return bytes.readDoubleBE(from);
    case FLOAT:
      return bytes.readFloatBE(from);
    case BOOLEAN:
      return size === 1;
    case UINT64:
    case UINT128:
      return large(bytes, from, size);
    default: {
      const value = size === 0 ? 0 : bytes.readUIntBE(from, size);
      return type === INT32 ? value | 0 : value;
    }
  }
}

function large(bytes: Buffer, from: number, size: number): bigint {
  return size === 0 ? 0n : BigInt(`0x${bytes.toString('hex', from, from + size)}`);
}
