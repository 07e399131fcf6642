import { characterChain, functions, names } from './sql-call-rules.ts';
import { calculated, comparedString, condition, conditional, insertedValues } from './sql-condition-rules.ts';
import { bareCutOff, cutClause, cutOff, ended } from './sql-cut-off-rules.ts';
import { CONDITION_STARTERS } from './sql-operators.ts';
import type { SqlProof, SqlRule } from './sql-proof.ts';
import { clauses, columnCount, select, union } from './sql-select-rules.ts';
import { SqlStatement } from './sql-statement.ts';
import { statement } from './sql-statement-rules.ts';
import { BOLD_STATEMENTS, STATEMENTS } from './sql-statement-words.ts';
import type { SqlToken } from './sql-tokens.ts';

/** Rules about how the value begins; they look at the first two tokens only. */
const START_RULES: readonly SqlRule[] = [
  comparedString,
  cutOff,
  bareCutOff,
  cutClause,
  ended,
  calculated,
  insertedValues,
];
/** Rules that any word may begin. */
const EVERY_WORD: readonly SqlRule[] = [functions, names];
const NONE: readonly SqlRule[] = [];

/** The rules that only certain words begin. */
const BEGUN_BY: readonly (readonly [rule: SqlRule, words: Iterable<string>])[] = [
  [union, ['union']],
  [select, ['select']],
  [condition, CONDITION_STARTERS],
  [statement, [...BOLD_STATEMENTS, ...STATEMENTS.keys()]],
  [characterChain, ['char', 'chr', 'nchar']],
  [columnCount, ['order', 'group']],
  [clauses, ['into', 'procedure', 'boolean', 'rlike']],
];
const WORD_RULES: ReadonlyMap<string, readonly SqlRule[]> = wordRules();

function wordRules(): ReadonlyMap<string, readonly SqlRule[]> {
  const rules = new Map<string, SqlRule[]>();
  for (const [rule, words] of BEGUN_BY)
    for (const word of new Set(words)) {
      const known = rules.get(word);
      if (known === undefined) rules.set(word, [...EVERY_WORD, rule]);
      else known.push(rule);
    }
  return rules;
}

const OPERATOR_RULES: readonly SqlRule[] = [condition];
const VARIABLE_RULES: readonly SqlRule[] = [names];
const BRACKET_RULES: readonly SqlRule[] = [conditional];

/** The rules that may apply at a token. */
function rulesAt(token: SqlToken): readonly SqlRule[] {
  switch (token.kind) {
    case 'word':
      return WORD_RULES.get(token.text) ?? EVERY_WORD;
    case 'operator':
      return CONDITION_STARTERS.has(token.text) ? OPERATOR_RULES : NONE;
    case 'variable':
      return VARIABLE_RULES;
    case '(':
      return BRACKET_RULES;
    default:
      return NONE;
  }
}

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
  for (let i = 0; i < tokens.length; i++) {
    if (i < 2) apply(START_RULES, i);
    apply(rulesAt(tokens[i] as SqlToken), i);
  }
  return [...found.values()];
}
