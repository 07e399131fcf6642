/**
 * Finds which of many words occur in a text, in one pass whatever their number (Aho and Corasick, CACM 1975).
 * Words and texts are compared as they are: lower them first.
 */
export class WordSearch {
  /** Column of a UTF-16 unit in the table, 0 for one that no word has. */
  readonly #columns = new Uint16Array(65_536);
  readonly #width: number;
  /** Next state by state and column. */
  readonly #next: Int32Array;
  /** Word ids that end at a state, those of its suffixes included. */
  readonly #found: readonly (readonly number[] | undefined)[];

  constructor(words: readonly string[]) {
    let width = 1;
    let states = 1;
    for (const word of words) {
      states += word.length;
      for (let i = 0; i < word.length; i++) {
        const unit = word.charCodeAt(i);
        if (this.#columns[unit] === 0) this.#columns[unit] = width++;
      }
    }
    this.#width = width;
    const next = new Int32Array(states * width);
    const found: number[][] = [[]];
    for (const [id, word] of words.entries()) {
      let state = 0;
      for (let i = 0; i < word.length; i++) {
        const cell = state * width + (this.#columns[word.charCodeAt(i)] ?? 0);
        if (next[cell] === 0) next[cell] = found.push([]) - 1;
        state = next[cell] ?? 0;
      }
      found[state]?.push(id);
    }
    this.#next = completed(next, width, found);
    this.#found = found.map((ids) => (ids.length > 0 ? ids : undefined));
  }

  /** Tells of every word in the text, of one that is there several times each time. */
  search(text: string, tell: (id: number) => void): void {
    const next = this.#next;
    const columns = this.#columns;
    const width = this.#width;
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      state = next[state * width + (columns[text.charCodeAt(i)] ?? 0)] ?? 0;
      const ids = this.#found[state];
      if (ids !== undefined) for (const id of ids) tell(id);
    }
  }
}

/** Fills in, breadth first, where to go on after a mismatch, so that the search never goes back. */
function completed(next: Int32Array, width: number, found: number[][]): Int32Array {
  const fallback = new Int32Array(found.length);
  const queue: number[] = [];
  for (let column = 0; column < width; column++) {
    const child = next[column] ?? 0;
    if (child !== 0) queue.push(child);
  }
  for (const state of queue) {
    const back = fallback[state] ?? 0;
    found[state]?.push(...(found[back] ?? []));
    for (let column = 0; column < width; column++) {
      const cell = state * width + column;
      const after = next[back * width + column] ?? 0;
      const child = next[cell] ?? 0;
      if (child === 0) next[cell] = after;
      else {
        fallback[child] = after;
        queue.push(child);
      }
    }
  }
  return next;
}
