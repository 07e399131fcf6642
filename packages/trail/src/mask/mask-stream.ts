/** Characters of one line at most. */
const LONGEST_LINE = 256 * 1024;
/** Lines of one private key at most. */
const LONGEST_KEY = 64 * 1024;
const KEY_BEGIN = '-----BEGIN ';
const KEY_END = '-----END ';

/**
 * Masks text that comes in pieces: whole lines go on, what is cut waits for its end. A private key waits for its
 * last line. Holds at most 256 Ki characters: a longer line is named and left out, not let through unseen.
 */
export class MaskStream {
  readonly #mask: (text: string) => string;
  #held = '';
  #skipped = 0;

  constructor(mask: (text: string) => string) {
    this.#mask = mask;
  }

  /** What can be said of all that came so far. */
  write(chunk: string): string {
    if (this.#skipped > 0) return this.#skip(chunk);
    this.#held += chunk;
    const cut = this.#cut();
    const ready = this.#held.slice(0, cut);
    this.#held = this.#held.slice(cut);
    const masked = cut === 0 ? '' : this.#mask(ready);
    if (this.#held.length <= LONGEST_LINE) return masked;
    this.#skipped = this.#held.length;
    this.#held = '';
    return masked;
  }

  end(): string {
    const rest = this.#skipped > 0 ? tooLong(this.#skipped) : this.#mask(this.#held);
    this.#held = '';
    this.#skipped = 0;
    return rest;
  }

  /** After the last whole line that no private key is open in. */
  #cut(): number {
    const line = this.#held.lastIndexOf('\n') + 1;
    const begin = this.#held.lastIndexOf(KEY_BEGIN, line);
    if (begin === -1 || this.#held.indexOf(KEY_END, begin) !== -1 || line - begin > LONGEST_KEY) return line;
    return this.#held.lastIndexOf('\n', begin) + 1;
  }

  #skip(chunk: string): string {
    const line = chunk.indexOf('\n');
    if (line === -1) {
      this.#skipped += chunk.length;
      return '';
    }
    const said = tooLong(this.#skipped + line);
    this.#skipped = 0;
    return `${said}\n${this.write(chunk.slice(line + 1))}`;
  }
}

function tooLong(length: number): string {
  return `[a line of ${length} characters, too long to be masked]`;
}
