import { AegisError } from '@aegis/model';

const PREFIX_BYTES = 5;
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Messages from the bytes of a call: each has a flag for compression and its length, 4 bytes, before it
 * (github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md). At most one message's bytes are held back.
 */
export class MessageAssembler {
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #held = 0;
  /** Bytes that the message at the front takes, as far as that is known. */
  #wanted = PREFIX_BYTES;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether nothing of a message waits for the rest. */
  get isEmpty(): boolean {
    return this.#held === 0;
  }

  /** The messages that these bytes complete. Throws AegisError `message_too_large`, `compressed_message`. */
  push(chunk: Buffer): readonly Buffer[] {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    if (this.#held < this.#wanted) return [];
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    const messages: Buffer[] = [];
    let at = 0;
    this.#wanted = PREFIX_BYTES;
    while (bytes.length - at >= PREFIX_BYTES) {
      const end = at + PREFIX_BYTES + this.#lengthAt(bytes, at);
      if (end > bytes.length) {
        this.#wanted = end - at;
        break;
      }
      messages.push(bytes.subarray(at + PREFIX_BYTES, end));
      at = end;
    }
    const rest = at === bytes.length ? NOTHING : bytes.subarray(at);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#held = rest.length;
    return messages;
  }

  #lengthAt(bytes: Buffer, at: number): number {
    if (bytes[at] !== 0) throw new AegisError('compressed_message', 'send messages without compression');
    const length = bytes.readUInt32BE(at + 1);
    if (length <= this.#maxBytes) return length;
    throw new AegisError(
      'message_too_large',
      `a message has ${length} bytes; at most ${this.#maxBytes} are taken`,
    );
  }
}

/** A message with what goes before it. */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX_BYTES);
  return frame;
}
