import { literalScan } from './literal-scan.ts';

/** A pattern and the literals of which every text it matches holds at least one. */
export interface GatedPattern {
  /** Lower case, ASCII. */
  readonly literals: readonly string[];
  /** Linear-time and without the `g` flag. */
  readonly needle: RegExp;
}

export interface PatternMatch<P extends GatedPattern> {
  readonly pattern: P;
  readonly at: number;
}

/**
 * The first of `patterns`, in their order, that matches a text in lower case. One pass over the text finds the
 * literals; only patterns whose literal is there are run, which for ordinary text is none.
 */
export function gatedPatterns<P extends GatedPattern>(
  patterns: readonly P[],
): (lower: string) => PatternMatch<P> | undefined {
  const match = gate(patterns);
  return (lower) => match(lower, 1)[0];
}

/** As {@link gatedPatterns}, but every pattern that matches, each where it does so first. */
export function allGatedPatterns<P extends GatedPattern>(
  patterns: readonly P[],
): (lower: string) => readonly PatternMatch<P>[] {
  const match = gate(patterns);
  return (lower) => match(lower, patterns.length);
}

function gate<P extends GatedPattern>(
  patterns: readonly P[],
): (lower: string, most: number) => readonly PatternMatch<P>[] {
  const owners = patterns.flatMap((pattern, i) => pattern.literals.map((literal) => [literal, i] as const));
  const scan = literalScan(owners.map(([literal]) => literal));
  const ownerOf = Int32Array.from(owners, ([, owner]) => owner);
  // One for all calls: none of them is still under way when the next begins.
  const open = new Uint8Array(patterns.length);
  const note = (literal: number): undefined => {
    open[ownerOf[literal] as number] = 1;
  };
  return (lower, most) => {
    open.fill(0);
    scan.each(lower, note);
    const found: PatternMatch<P>[] = [];
    for (let i = 0; i < patterns.length && found.length < most; i++) {
      if (open[i] === 0) continue;
      const pattern = patterns[i] as P;
      const at = lower.search(pattern.needle);
      if (at >= 0) found.push({ pattern, at });
    }
    return found;
  };
}
