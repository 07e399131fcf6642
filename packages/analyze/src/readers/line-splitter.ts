import { isUtf8 } from 'node:buffer';
import { Result } from '@aegis/model';
import type { LineError } from './line-error.ts';
import { utf8Fault } from './utf8-fault.ts';

export interface SplitLine {
  /** 1-based. */
  readonly line: number;
  /** Of its first byte. */
  readonly offset: number;
  /** Of the byte after its end of line: where reading may be taken up again, with `line` + 1. */
  readonly nextOffset: number;
  /** Without its end of line. */
  readonly text: Result<string, LineError>;
}

export interface LineSplitterOptions {
  /** A longer line is an error and skipped; no more of it than this is held. */
  readonly maxLineBytes: number;
  /** Where the first byte stands; a start elsewhere than 0 must be the start of a line. */
  readonly offset?: number;
  /** Number of the first line. */
  readonly line?: number;
}

/** Long enough for TANNER's longest sessions; raising it costs that much memory per file. */
export const MAX_LINE_BYTES: number = 1024 * 1024;

const NEWLINE = 10;
const RETURN = 13;
const BOM = [0xef, 0xbb, 0xbf];

/**
 * Splits bytes that come in chunks of any size into lines of strict UTF-8. LF and CR LF end a line; a byte
 * order mark at offset 0 is dropped, and NULs before a line, such as the hole that truncating an open log
 * leaves. A line too long or not UTF-8 is an error with its position and the lines after it are read.
 */
export class LineSplitter {
  readonly #max: number;
  #line: number;
  /** Offset of the next byte to come. */
  #offset: number;
  /** Where the line that is not complete yet begins, and what there is of it. */
  #lineStart: number;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #skipping = false;

  constructor(options: LineSplitterOptions = { maxLineBytes: MAX_LINE_BYTES }) {
    this.#max = options.maxLineBytes;
    this.#line = options.line ?? 1;
    this.#offset = options.offset ?? 0;
    this.#lineStart = this.#offset;
  }

  /** The lines that are complete with this chunk, which may be used again after. */
  push(chunk: Uint8Array): readonly SplitLine[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const base = this.#offset;
    const lines: SplitLine[] = [];
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      this.#take(bytes, from, end, base);
      lines.push(this.#finish(base + end, base + end + 1));
      from = end + 1;
    }
    this.#take(bytes, from, bytes.length, base);
    this.#offset = base + bytes.length;
    return lines;
  }

  /** The last line, where no end of line came after it. */
  end(): readonly SplitLine[] {
    const nothing = this.#heldBytes === 0 && !this.#skipping;
    return nothing ? [] : [this.#finish(this.#offset, this.#offset)];
  }

  #take(bytes: Buffer, from: number, to: number, base: number): void {
    let start = from;
    if (this.#heldBytes === 0 && !this.#skipping) {
      while (start < to && bytes[start] === 0) start++;
      this.#lineStart = base + start;
    }
    if (start === to || this.#skipping) return;
    // One more than the limit for a CR that belongs to the end of the line.
    if (this.#heldBytes + (to - start) > this.#max + 1) {
      this.#skipping = true;
      this.#held = [];
      return;
    }
    this.#held.push(Buffer.from(bytes.subarray(start, to)));
    this.#heldBytes += to - start;
  }

  #finish(end: number, nextOffset: number): SplitLine {
    const offset = this.#lineStart;
    const text = this.#skipping ? this.#tooLong(end - offset) : this.#decode(offset);
    this.#held = [];
    this.#heldBytes = 0;
    this.#skipping = false;
    this.#lineStart = nextOffset;
    return { line: this.#line++, offset, nextOffset, text };
  }

  #decode(offset: number): Result<string, LineError> {
    let bytes = this.#held.length === 1 ? (this.#held[0] as Buffer) : Buffer.concat(this.#held);
    if (bytes.at(-1) === RETURN) bytes = bytes.subarray(0, -1);
    if (bytes.length > this.#max) return this.#tooLong(bytes.length);
    if (offset === 0 && BOM.every((byte, i) => bytes[i] === byte)) bytes = bytes.subarray(BOM.length);
    if (isUtf8(bytes)) return Result.ok(bytes.toString('utf8'));
    const fault = utf8Fault(bytes);
    const found = bytes.subarray(fault, fault + 4).toString('hex');
    return Result.err({
      kind: 'not_utf8',
      message: `bytes ${found} (hex) are not UTF-8`,
      column: fault + 1,
      found,
    });
  }

  #tooLong(length: number): Result<never, LineError> {
    const message = `a line of ${length} bytes; at most ${this.#max} are read`;
    return Result.err({ kind: 'too_long', message, column: this.#max + 1 });
  }
}
