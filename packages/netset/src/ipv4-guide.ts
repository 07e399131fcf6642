import type { CoverOf, Guide } from './guide.ts';
import { COVER_BASE, COVER_WORDS, type Ipv4View, NET_WORDS, ROOT_WORDS } from './ipv4-view.ts';
import { IPV4_COVERS, IPV4_NETS, IPV4_ROOTS } from './places.ts';
import { RECENT_BYTES } from './recent-answers.ts';
import type { TableMemory } from './table-memory.ts';

/** All the bits for covers of a word of `nets`. */
const COVERED = 0xaaaa_aaaa | 0;

/** See {@link Ipv4View}. */
export class Ipv4Guide implements Guide {
  readonly #view: Ipv4View;
  readonly #memory: TableMemory;
  readonly #nets: Int32Array;
  readonly #covers: Int32Array;
  readonly #roots: Int32Array;
  readonly room: number = Number.POSITIVE_INFINITY;

  constructor(view: Ipv4View, memory: TableMemory) {
    this.#view = view;
    this.#memory = memory;
    this.#nets = memory.allocate(NET_WORDS);
    this.#covers = memory.allocate(COVER_WORDS);
    this.#roots = memory.allocate(ROOT_WORDS);
  }

  get bytes(): number {
    return this.#nets.byteLength + this.#covers.byteLength + this.#roots.byteLength + RECENT_BYTES;
  }

  mark(words: Uint32Array, length: number): void {
    const address = words[0] as number;
    if (length === 0) return;
    if (length > 24) {
      (this.#nets[address >>> 12] as number) |= 1 << ((address >>> 7) & 30);
      return;
    }
    const roots = 1 << Math.max(0, 16 - length);
    for (let at = address >>> 16, end = at + roots; at < end; at++)
      (this.#roots[at] as number) |= 1 << (length - 1);
    const code = codeOf(length);
    if (code > 0) this.#eachCover(address, length, (old) => Math.max(old, code));
    if (length <= 20) {
      const groups = 1 << (20 - length);
      for (let at = address >>> 12, end = at + groups; at < end; at++) (this.#nets[at] as number) |= COVERED;
    } else {
      const bits = (COVERED >>> (32 - (2 << (24 - length)))) << ((address >>> 7) & 30);
      (this.#nets[address >>> 12] as number) |= bits;
    }
  }

  unmark(words: Uint32Array, length: number, cover: CoverOf): void {
    if (length <= COVER_BASE || length > 24) return;
    const gone = codeOf(length);
    const left = codeOf(cover(words, length));
    this.#eachCover(words[0] as number, length, (old) => (old === gone ? left : old));
  }

  publish(): void {
    this.#view.useGuide(this.#nets, this.#covers, this.#roots);
    this.#memory.place(IPV4_NETS, this.#nets, 20);
    this.#memory.place(IPV4_COVERS, this.#covers, 21);
    this.#memory.place(IPV4_ROOTS, this.#roots, 16);
  }

  close(): void {
    if (this.#view.isGuidedBy(this.#nets)) {
      this.#view.useGuide();
      for (const place of [IPV4_NETS, IPV4_COVERS, IPV4_ROOTS]) this.#memory.place(place, undefined, 0);
    }
    for (const region of [this.#nets, this.#covers, this.#roots]) this.#memory.release(region);
  }

  /** Sets the code of every /24 in a prefix to what `change` makes of it. */
  #eachCover(address: number, length: number, change: (code: number) => number): void {
    const covers = this.#covers;
    const first = address >>> 8;
    const end = first + (1 << (24 - length));
    for (let net = first; net < end; net++) {
      const word = covers[net >>> 3] as number;
      const shift = (net & 7) << 2;
      const old = (word >>> shift) & 15;
      const code = change(old);
      if (code !== old) covers[net >>> 3] = word ^ ((old ^ code) << shift);
    }
  }
}

function codeOf(length: number): number {
  return Math.max(0, length - COVER_BASE);
}
