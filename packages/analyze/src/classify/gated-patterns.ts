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
  const owners = patterns.flatMap((pattern, i) => pattern.literals.map((literal) => [literal, i] as const));
  const scan = literalScan(owners.map(([literal]) => literal));
  return (lower) => {
    let open: Uint8Array | undefined;
    scan.each(lower, (literal) => {
      open ??= new Uint8Array(patterns.length);
      open[(owners[literal] as (typeof owners)[number])[1]] = 1;
      return undefined;
    });
    if (open === undefined) return undefined;
    for (const [i, pattern] of patterns.entries()) {
      if (open[i] === 0) continue;
      const at = lower.search(pattern.needle);
      if (at >= 0) return { pattern, at };
    }
    return undefined;
  };
}
