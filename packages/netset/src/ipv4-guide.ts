import type { Guide } from './guide.ts';
import { type Ipv4View, NET_WORDS, ROOT_WORDS } from './ipv4-view.ts';
import { IPV4_NETS, IPV4_ROOTS } from './places.ts';
import type { TableMemory } from './table-memory.ts';

const NONE = new Int32Array(0);

/** See {@link Ipv4View}. */
export class Ipv4Guide implements Guide {
  readonly #view: Ipv4View;
  readonly #memory: TableMemory;
  readonly #nets: Int32Array;
  readonly #roots: Int32Array;
  readonly room: number = Number.POSITIVE_INFINITY;

  constructor(view: Ipv4View, memory: TableMemory) {
    this.#view = view;
    this.#memory = memory;
    this.#nets = memory.allocate(NET_WORDS);
    this.#roots = memory.allocate(ROOT_WORDS);
  }

  get bytes(): number {
    return this.#nets.byteLength + this.#roots.byteLength;
  }

  mark(words: Uint32Array, length: number): void {
    const address = words[0] as number;
    if (length === 0) return;
    if (length <= 24) {
      const bit = 1 << (length - 1);
      const first = (address >>> 16) & (-1 << Math.max(0, 16 - length));
      const end = first + (1 << Math.max(0, 16 - length));
      for (let root = first; root < end; root++) (this.#roots[root] as number) |= bit;
    }
    if (length <= 16) return;
    const wide = Math.max(0, 24 - length);
    const first = (address >>> 8) & (-1 << wide);
    const end = first + (1 << wide);
    for (let net = first; net < end; net++) (this.#nets[net >>> 5] as number) |= 1 << net;
  }

  publish(): void {
    this.#view.nets = this.#nets;
    this.#view.roots = this.#roots;
    this.#memory.place(IPV4_NETS, this.#nets, 19);
    this.#memory.place(IPV4_ROOTS, this.#roots, 16);
  }

  close(): void {
    if (this.#view.roots === this.#roots) {
      this.#view.nets = NONE;
      this.#view.roots = NONE;
      this.#memory.place(IPV4_ROOTS, undefined, 0);
      this.#memory.place(IPV4_NETS, undefined, 0);
    }
    this.#memory.release(this.#nets);
    this.#memory.release(this.#roots);
  }
}
