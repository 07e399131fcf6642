import { Address, Prefix, type PrefixParts } from '@aegis/model';
import { prefixContains } from './prefix-overlap.ts';

/** What {@link PrefixTable} must answer, by looking at every prefix: slow and obviously right. For tests. */
export class PrefixOracle {
  readonly #entries: Map<Prefix, { readonly parts: PrefixParts; readonly value: number }> = new Map();

  get size(): number {
    return this.#entries.size;
  }

  insert(prefix: Prefix, value: number): number {
    const previous = this.get(prefix);
    this.#entries.set(prefix, { parts: Prefix.parts(prefix), value });
    return previous;
  }

  delete(prefix: Prefix): number {
    const previous = this.get(prefix);
    this.#entries.delete(prefix);
    return previous;
  }

  get(prefix: Prefix): number {
    return this.#entries.get(prefix)?.value ?? -1;
  }

  lookupText(address: string): number {
    return this.matchesText(address)[0] ?? -1;
  }

  /** Longest first. */
  matchesText(address: string): readonly number[] {
    const host = hostOf(address);
    if (host === undefined) return [];
    return [...this.#entries.values()]
      .filter(({ parts }) => prefixContains(parts, host))
      .sort((a, b) => b.parts.length - a.parts.length)
      .map(({ value }) => value);
  }
}

function hostOf(address: string): PrefixParts | undefined {
  const canonical = Address.parse(address);
  if (!canonical.ok) return undefined;
  const prefix = Prefix.parse(canonical.value);
  return prefix.ok ? Prefix.parts(prefix.value) : undefined;
}
