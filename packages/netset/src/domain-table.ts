/** Names longer than this (RFC 1035 section 2.3.4, as text) are in no table. */
const LONGEST_NAME = 253;

/** The most names that can enclose one name: a label and its dot take two characters at least. */
export const MOST_DOMAIN_MATCHES = 127;

/**
 * Domain names with a small integer each. A name encloses itself and all its subdomains. Names are canonical:
 * lower case, in IDNA form, without a trailing dot. -1 says that there is none.
 */
export class DomainTable {
  readonly #values: Map<string, number> = new Map();

  get size(): number {
    return this.#values.size;
  }

  /** Returns the value that it replaces. */
  insert(domain: string, value: number): number {
    const previous = this.get(domain);
    this.#values.set(domain, value);
    return previous;
  }

  /** Returns the value that the name had. */
  delete(domain: string): number {
    const previous = this.get(domain);
    this.#values.delete(domain);
    return previous;
  }

  /** The value of exactly this name. */
  get(domain: string): number {
    return this.#values.get(domain) ?? -1;
  }

  /** Like `PrefixTable.matches`: the longest name first; {@link MOST_DOMAIN_MATCHES} is always room enough. */
  matches(domain: string, out: Int32Array, from: number = 0): number {
    if (this.#values.size === 0 || domain.length > LONGEST_NAME) return 0;
    let at = from;
    for (let start = 0; at < out.length; ) {
      const value = this.#values.get(start === 0 ? domain : domain.slice(start));
      if (value !== undefined) out[at++] = value;
      const dot = domain.indexOf('.', start);
      if (dot < 0) break;
      start = dot + 1;
    }
    return at - from;
  }
}
