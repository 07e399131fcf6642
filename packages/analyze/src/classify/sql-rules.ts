import { characterChain, functions, names } from './sql-call-rules.ts';
import {
  bareCutOff,
  calculated,
  comparedString,
  condition,
  conditional,
  cutOff,
  insertedValues,
} from './sql-condition-rules.ts';
import type { SqlProof, SqlRule } from './sql-proof.ts';
import { clauses, columnCount, select, union } from './sql-select-rules.ts';
import { SqlStatement } from './sql-statement.ts';
import { statement } from './sql-statement-rules.ts';
import type { SqlToken } from './sql-tokens.ts';

/** Rules that start at a word of any kind. */
const WORD_RULES: readonly SqlRule[] = [
  union,
  select,
  condition,
  statement,
  functions,
  characterChain,
  names,
  columnCount,
  clauses,
];
/** Rules about how the value begins; they look at the first two tokens only. */
const START_RULES: readonly SqlRule[] = [comparedString, cutOff, bareCutOff, calculated, insertedValues];
const NONE: readonly SqlRule[] = [];

/** The rules that may apply at a token of a kind. */
const RULES_AT: Readonly<Partial<Record<SqlToken['kind'], readonly SqlRule[]>>> = {
  word: WORD_RULES,
  operator: [condition],
  variable: [names],
  '(': [conditional],
};

/** Everything the rules find, at most once per indicator (the strongest). `breakout`: see {@link SqlStatement}. */
export function sqlProofs(tokens: readonly SqlToken[], breakout: boolean): readonly SqlProof[] {
  const tokenStream = new SqlStatement(tokens, breakout);
  const found = new Map<string, SqlProof>();
  const apply = (rules: readonly SqlRule[], i: number): void => {
    for (const rule of rules) {
      const proof = rule(tokenStream, i);
      if (proof !== undefined && proof.points > (found.get(proof.indicator)?.points ?? 0))
        found.set(proof.indicator, proof);
    }
  };
  for (const [i, token] of tokens.entries()) {
    if (i < 2) apply(START_RULES, i);
    apply(RULES_AT[token.kind] ?? NONE, i);
  }
  return [...found.values()];
}
