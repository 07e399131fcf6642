/** What the writer takes; a whole number below 2^32 is written as uint32, a bigint as uint64. */
export type Encodable =
  | string
  | number
  | bigint
  | boolean
  | readonly Encodable[]
  | { readonly [key: string]: Encodable };

/** Writes values one after the other; maps and texts that were written before become pointers to them. */
export class ValueWriter {
  readonly #chunks: Buffer[] = [];
  readonly #written: Map<string, number> = new Map();
  #bytes = 0;

  /** The offset of a value. */
  write(value: Encodable): number {
    const key = JSON.stringify(value);
    const before = this.#written.get(key);
    if (before !== undefined) return before;
    const members = this.#prepared(value);
    const offset = this.#bytes;
    this.#written.set(key, offset);
    this.#chunks.push(members);
    this.#bytes += members.length;
    return offset;
  }

  encode(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** The value with its maps and texts written before it. */
  #prepared(value: Encodable): Buffer {
    if (typeof value !== 'object' || Array.isArray(value)) return encodeValue(value);
    const members = Object.entries(value).flatMap(([key, member]) => [this.#place(key), this.#place(member)]);
    return Buffer.concat([control(7, members.length / 2), ...members]);
  }

  #place(member: Encodable): Buffer {
    const shared = typeof member === 'string' ? member.length > 3 : typeof member === 'object';
    return shared ? pointer(this.write(member)) : encodeValue(member);
  }
}

/** A value in the format's data encoding, without pointers. */
export function encodeValue(value: Encodable): Buffer {
  switch (typeof value) {
    case 'string':
      return withControl(2, Buffer.from(value));
    case 'boolean':
      return control(14, value ? 1 : 0);
    case 'bigint':
      return number(9, value);
    case 'number':
      return number(6, BigInt(value));
    default:
      break;
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encodeValue)]);
  const entries = Object.entries(value);
  const members = entries.flatMap(([key, member]) => [encodeValue(key), encodeValue(member)]);
  return Buffer.concat([control(7, entries.length), ...members]);
}

function pointer(offset: number): Buffer {
  if (offset < 2048) return Buffer.of(0x20 | (offset >>> 8), offset & 255);
  if (offset < 526_336) {
    const rest = offset - 2048;
    return Buffer.of(0x28 | (rest >>> 16), (rest >>> 8) & 255, rest & 255);
  }
  const bytes = Buffer.of(0x38, 0, 0, 0, 0);
  bytes.writeUInt32BE(offset, 1);
  return bytes;
}

function number(type: number, value: bigint): Buffer {
  const digits = value === 0n ? '' : value.toString(16);
  return withControl(type, Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex'));
}

function withControl(type: number, payload: Buffer): Buffer {
  return Buffer.concat([control(type, payload.length), payload]);
}

function control(type: number, size: number): Buffer {
  if (size >= 285 + 65_536) throw new RangeError(`the writer makes no values of size ${size}`);
  const [low, more] =
    size < 29
      ? [size, Buffer.alloc(0)]
      : size < 285
        ? [29, Buffer.of(size - 29)]
        : [30, Buffer.of((size - 285) >>> 8, (size - 285) & 255)];
  const head = type < 8 ? Buffer.of((type << 5) | low) : Buffer.of(low, type - 7);
  return Buffer.concat([head, more]);
}
