import { type Family, parseAddressWords } from '@aegis/model';
import type { FamilyView } from './family-view.ts';
import { Ipv4View } from './ipv4-view.ts';
import { Ipv6View } from './ipv6-view.ts';
import { LengthView } from './length-view.ts';
import { IPV4_COVERS, IPV4_LENGTHS, IPV4_NETS, IPV4_ROOTS, IPV6_LENGTHS, IPV6_MARKS } from './places.ts';
import { CHANGES, CURRENT, directoryWord, HASHING, MOVES, regionOf } from './shared-memory.ts';
import { TABULATION_WORDS } from './tabulation.ts';

/**
 * The look-ups of a `PrefixTable` in shared memory, for another thread. Answers are those of some moment between
 * the call and its return, whatever the writer does meanwhile; a reader never waits for it. The methods are those
 * of `PrefixTable`.
 */
export class PrefixReader {
  readonly #buffer: SharedArrayBuffer;
  readonly #header: Int32Array;
  readonly #ipv4: Ipv4View;
  readonly #ipv6: Ipv6View;
  readonly #words: Uint32Array = new Uint32Array(4);
  /** The count of changes up to which the views have been brought. */
  #changes = 0;
  #moves = -1;
  /** The directory's words that the views were made from. */
  readonly #seen: Map<number, number> = new Map();

  private constructor(buffer: SharedArrayBuffer) {
    this.#buffer = buffer;
    this.#header = new Int32Array(buffer, 0, HASHING);
    const hashing = new Int32Array(buffer, HASHING * 4, TABULATION_WORDS).slice();
    this.#ipv4 = new Ipv4View(hashing, { remembers: false });
    this.#ipv6 = new Ipv6View(hashing);
    this.#catchUp();
  }

  /** `buffer` is `PrefixTable.buffer`, as it came by `workerData` or `postMessage`. */
  static attach(buffer: SharedArrayBuffer): PrefixReader {
    return new PrefixReader(buffer);
  }

  lookup(family: Family, words: Uint32Array): number {
    if (family === 4) return this.lookupIPv4(words[0] as number);
    if (family === 0) return -1;
    for (;;) {
      const value = this.#ipv6.lookup(words);
      if (this.#undisturbed()) return value;
    }
  }

  lookupIPv4(address: number): number {
    for (;;) {
      const value = this.#ipv4.lookupWord(address);
      if (this.#undisturbed()) return value;
    }
  }

  lookupText(address: string): number {
    return this.lookup(parseAddressWords(address, this.#words), this.#words);
  }

  matches(family: Family, words: Uint32Array, out: Int32Array, from: number = 0): number {
    if (family === 0) return 0;
    const view: FamilyView = family === 4 ? this.#ipv4 : this.#ipv6;
    for (;;) {
      const count = view.matches(words, out, from);
      if (this.#undisturbed()) return count;
    }
  }

  /** Whether nothing changed since the last time this was asked. */
  #undisturbed(): boolean {
    if (Atomics.load(this.#header, CHANGES) === this.#changes) return true;
    this.#catchUp();
    return false;
  }

  #catchUp(): void {
    this.#changes = Atomics.load(this.#header, CHANGES);
    const moves = Atomics.load(this.#header, MOVES);
    if (moves === this.#moves) return;
    this.#moves = moves;
    const directory = Atomics.load(this.#header, CURRENT);
    this.#readLengths(this.#ipv4, 32, directory, IPV4_LENGTHS);
    this.#readLengths(this.#ipv6, 128, directory, IPV6_LENGTHS);
    const region = (place: number): Int32Array | undefined => {
      const word = Atomics.load(this.#header, directoryWord(directory, place));
      return word === 0 ? undefined : regionOf(this.#buffer, word, 1);
    };
    const [nets, covers, roots] = [region(IPV4_NETS), region(IPV4_COVERS), region(IPV4_ROOTS)];
    this.#ipv4.useGuide(nets, covers, roots);
    this.#ipv6.useMarks(region(IPV6_MARKS));
  }

  #readLengths(view: FamilyView, longest: number, directory: number, firstPlace: number): void {
    for (let length = 0; length <= longest; length++) {
      const word = Atomics.load(this.#header, directoryWord(directory, firstPlace + length));
      if (word === (this.#seen.get(firstPlace + length) ?? 0)) continue;
      this.#seen.set(firstPlace + length, word);
      view.use(length, word === 0 ? undefined : viewOf(this.#buffer, length, word));
    }
  }
}

function viewOf(buffer: SharedArrayBuffer, length: number, word: number): LengthView {
  const cells = regionOf(buffer, word, Math.ceil(length / 32) + 1);
  return new LengthView(length, cells, 1 << (word & 31));
}
