/** Cuts a stream into lines of bounded length; of longer ones only that there was one is told. */
export class LineReader {
  readonly #longest: number;
  readonly #onLine: (line: string) => void;
  readonly #onTooLong: () => void;
  #parts: Buffer[] = [];
  #bytes = 0;
  #skipping = false;

  constructor(longest: number, onLine: (line: string) => void, onTooLong: () => void) {
    this.#longest = longest;
    this.#onLine = onLine;
    this.#onTooLong = onTooLong;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      this.#add(chunk.subarray(from, end));
      this.#end();
      from = end + 1;
    }
    this.#add(chunk.subarray(from));
  }

  #add(part: Buffer): void {
    if (this.#skipping || part.length === 0) return;
    this.#bytes += part.length;
    if (this.#bytes <= this.#longest) {
      this.#parts.push(part);
      return;
    }
    this.#parts = [];
    this.#skipping = true;
    this.#onTooLong();
  }

  #end(): void {
    if (!this.#skipping && this.#bytes > 0) this.#onLine(Buffer.concat(this.#parts).toString());
    this.#parts = [];
    this.#bytes = 0;
    this.#skipping = false;
  }
}
