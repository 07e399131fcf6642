/** Paths of one kind that a visitor of a site has no link to. */
export interface ProbeKind {
  /** Pieces of a path, anywhere in it, lower case. */
  readonly parts: readonly string[];
  /** Whole paths without a slash at the end, lower case: names too common to be looked for inside others. */
  readonly whole: readonly string[];
  readonly indicator: string;
  readonly danger: number;
  /** 0-100: what a site may really serve gets little. */
  readonly confidence: number;
  /** `... leads to WHAT`. */
  readonly what: string;
}
