const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;

/** Writes one protobuf message (protobuf.dev/programming-guides/encoding). Fields come in the order they are written. */
export class ProtoWriter {
  #bytes: Buffer;
  #at = 0;

  constructor(expectedBytes: number = 128) {
    this.#bytes = Buffer.allocUnsafe(expectedBytes);
  }

  /** A whole number from 0 to 2^53. */
  number(field: number, value: number): this {
    this.#reserve(20);
    this.#varint(field * 8 + VARINT);
    this.#varint(value);
    return this;
  }

  double(field: number, value: number): this {
    this.#reserve(18);
    this.#varint(field * 8 + FIXED64);
    this.#at = this.#bytes.writeDoubleLE(value, this.#at);
    return this;
  }

  text(field: number, value: string): this {
    const length = Buffer.byteLength(value);
    this.#begin(field, length);
    this.#at += this.#bytes.write(value, this.#at, length, 'utf8');
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#begin(field, value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
    return this;
  }

  /** `write` is given this writer: what it writes is the message. */
  message(field: number, write: (inner: ProtoWriter) => void): this {
    this.#reserve(20);
    this.#varint(field * 8 + DELIMITED);
    // Most are short: room for a length of one byte is left, and what is longer is moved.
    const from = ++this.#at;
    write(this);
    const length = this.#at - from;
    let extra = 0;
    for (let rest = length; rest >= 0x80; rest = Math.floor(rest / 0x80)) extra++;
    this.#reserve(extra);
    if (extra > 0) this.#bytes.copyWithin(from + extra, from, this.#at);
    this.#at = from - 1;
    this.#varint(length);
    this.#at += length;
    return this;
  }

  /** What was written: a view, which further writing may overwrite. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  #begin(field: number, length: number): void {
    this.#reserve(20 + length);
    this.#varint(field * 8 + DELIMITED);
    this.#varint(length);
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#at++] = (rest % 0x80) + 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#at++] = rest;
  }

  #reserve(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
