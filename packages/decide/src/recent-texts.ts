const MOST_TEXTS = 4096;

/** Gives equal texts that come near each other as one string, so that a million decisions share their reason. */
export class RecentTexts {
  readonly #texts: Map<string, string> = new Map();

  keep(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size === MOST_TEXTS) this.#texts.clear();
    this.#texts.set(text, text);
    return text;
  }
}
