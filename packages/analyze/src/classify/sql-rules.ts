import { characterChain, functions, names } from './sql-call-rules.ts';
import { comparedString, condition, conditional, cutOff } from './sql-condition-rules.ts';
import type { SqlProof, SqlRule } from './sql-proof.ts';
import { clauses, columnCount, select, union } from './sql-select-rules.ts';
import { SqlStatement } from './sql-statement.ts';
import { statement } from './sql-statement-rules.ts';
import type { SqlToken } from './sql-tokens.ts';

const RULES: readonly SqlRule[] = [
  union,
  select,
  condition,
  comparedString,
  cutOff,
  statement,
  conditional,
  functions,
  characterChain,
  names,
  columnCount,
  clauses,
];

/** Everything the rules find, at most once per indicator (the strongest). `breakout`: see {@link SqlStatement}. */
export function sqlProofs(tokens: readonly SqlToken[], breakout: boolean): readonly SqlProof[] {
  const tokenStream = new SqlStatement(tokens, breakout);
  const found = new Map<string, SqlProof>();
  for (let i = 0; i < tokens.length; i++) {
    for (const rule of RULES) {
      const proof = rule(tokenStream, i);
      if (proof !== undefined && proof.points > (found.get(proof.indicator)?.points ?? 0))
        found.set(proof.indicator, proof);
    }
  }
  return [...found.values()];
}
