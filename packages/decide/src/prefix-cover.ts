import { Prefix } from '@aegis/model';

/** A list of prefixes that is asked which of them encloses another one. */
export class PrefixCover {
  readonly #known: ReadonlySet<string>;
  /** Those in use, the longest first. */
  readonly #lengths: Readonly<Record<4 | 6, readonly number[]>>;

  constructor(prefixes: Iterable<Prefix>) {
    this.#known = new Set(prefixes);
    const lengths = { 4: new Set<number>(), 6: new Set<number>() };
    for (const prefix of this.#known) {
      const { family, length } = Prefix.parts(prefix as Prefix);
      lengths[family].add(length);
    }
    const sorted = (family: 4 | 6): readonly number[] => [...lengths[family]].sort((a, b) => b - a);
    this.#lengths = { 4: sorted(4), 6: sorted(6) };
  }

  /** The narrowest that holds every address of this one; itself only where `orItself`. */
  around(prefix: Prefix, { orItself }: { readonly orItself: boolean }): Prefix | undefined {
    const { family, length } = Prefix.parts(prefix);
    const address = prefix.slice(0, prefix.indexOf('/'));
    for (const shorter of this.#lengths[family]) {
      if (shorter > length || (shorter === length && !orItself)) continue;
      const wider = Prefix.parse(`${address}/${shorter}`);
      if (wider.ok && this.#known.has(wider.value)) return wider.value;
    }
    return undefined;
  }
}
