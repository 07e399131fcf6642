import { AegisError } from '@aegis/model';

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

/**
 * Reads one protobuf message, field by field, without a schema (protobuf.dev/programming-guides/encoding): `next`
 * goes to a field, one of the other methods takes its value. Nothing is copied but strings. Every method throws
 * AegisError `bad_message` where the bytes end early or are of another wire type.
 */
export class ProtoReader {
  readonly #bytes: Buffer;
  #at: number;
  readonly #end: number;
  #wireType = 0;
  #latin1: string | undefined;

  constructor(bytes: Buffer, from: number = 0, to: number = bytes.length) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = to;
  }

  /** The number of the next field; 0 after the last. */
  next(): number {
    if (this.#at >= this.#end) return 0;
    const tag = this.#varint();
    this.#wireType = tag & 7;
    const field = Math.floor(tag / 8);
    if (field === 0) throw malformed('field 0 is none');
    return field;
  }

  /** Exact up to 2^53, which nothing here needs. */
  number(): number {
    this.#expect(VARINT);
    return this.#varint();
  }

  /** fixed64 as a number; exact up to 2^53. */
  fixed64(): number {
    this.#expect(FIXED64);
    const from = this.#at;
    this.#advance(8);
    return this.#bytes.readUInt32LE(from) + this.#bytes.readUInt32LE(from + 4) * 2 ** 32;
  }

  double(): number {
    this.#expect(FIXED64);
    const from = this.#at;
    this.#advance(8);
    return this.#bytes.readDoubleLE(from);
  }

  text(): string {
    const from = this.#delimited();
    return this.#bytes.toString('utf8', from, this.#at);
  }

  /**
   * A text that is ASCII where it is right at all; of another one each byte becomes a character. Much cheaper than
   * `text` where a message has many, as all bytes are made into one string. Keeps that in memory as long as it lives.
   */
  ascii(): string {
    const from = this.#delimited();
    this.#latin1 ??= this.#bytes.toString('latin1');
    return this.#latin1.slice(from, this.#at);
  }

  /** A text of one of these lengths, in bytes; another one is skipped. */
  textOfLength(lengths: ReadonlySet<number>): string | undefined {
    const from = this.#delimited();
    return lengths.has(this.#at - from) ? this.#bytes.toString('utf8', from, this.#at) : undefined;
  }

  /** A view of the bytes of the message. */
  bytes(): Buffer {
    const from = this.#delimited();
    return this.#bytes.subarray(from, this.#at);
  }

  message(): ProtoReader {
    const from = this.#delimited();
    return new ProtoReader(this.#bytes, from, this.#at);
  }

  skip(): void {
    switch (this.#wireType) {
      case VARINT:
        this.#varint();
        break;
      case FIXED64:
        this.#advance(8);
        break;
      case DELIMITED:
        this.#delimited();
        break;
      case FIXED32:
        this.#advance(4);
        break;
      default:
        throw malformed(`there is no wire type ${this.#wireType}`);
    }
  }

  /** Where the value begins; it ends where reading goes on. */
  #delimited(): number {
    this.#expect(DELIMITED);
    const length = this.#varint();
    const from = this.#at;
    this.#advance(length);
    return from;
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType)
      throw malformed(`a field has wire type ${this.#wireType} and should have ${wireType}`);
  }

  #advance(bytes: number): void {
    if (bytes > this.#end - this.#at) throw malformed('a field is longer than its message');
    this.#at += bytes;
  }

  #varint(): number {
    let value = 0;
    let scale = 1;
    for (let length = 0; length < 10; length++) {
      if (this.#at >= this.#end) throw malformed('it ends in the middle of a number');
      const byte = this.#bytes[this.#at++] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw malformed('a number is longer than 10 bytes');
  }
}

function malformed(why: string): AegisError {
  return new AegisError('bad_message', `this is no protobuf message of the kind expected: ${why}`);
}
