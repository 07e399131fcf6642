import { COMPARISONS } from './sql-operators.ts';
import type { SqlRule } from './sql-proof.ts';
import { AFTER_TABLE, isWordOf, selectsSomething } from './sql-select-list.ts';
import type { SqlStatement } from './sql-statement.ts';
import { BOLD_STATEMENTS, STATEMENTS } from './sql-statement-words.ts';

/** `; DROP TABLE`, `'; EXEC`, or a whole statement as the value. */
export const statement: SqlRule = (s, i) => {
  if (s.kind(i) !== 'word') return undefined;
  const word = s.text(i) as string;
  const next = s.text(i + 1);
  const separated = s.kind(i - 1) === ';' || (s.breakout && i === s.bodyStart);
  const complete = completeStatement(s, i, word, next);
  const bold =
    separated && BOLD_STATEMENTS.has(word) && (s.kind(i - 1) === ';' ? s.breakout || complete : complete);
  if (!bold && !(complete && (i === 0 || separated))) return undefined;
  return {
    indicator: separated ? 'stacked_query' : 'sql_statement',
    points: separated ? 80 : 55,
    danger: 90,
    at: s.at(i),
    why: separated
      ? `a second statement (${word.toUpperCase()}) is stacked on the query`
      : `a whole ${word.toUpperCase()} statement where a value is expected`,
  };
};

function completeStatement(s: SqlStatement, i: number, word: string, next: string | undefined): boolean {
  switch (word) {
    case 'exec':
    case 'execute':
      return (
        next !== undefined &&
        (/^(?:master\b|xp_|sp_|immediate$)/.test(next) ||
          s.kind(i + 1) === 'variable' ||
          s.kind(i + 1) === '(')
      );
    case 'show':
      return STATEMENTS.get(word)?.has(next ?? '') === true && (s.ends(i + 2) || s.text(i + 2) === 'from');
    case 'call':
      return next !== undefined && /^(?:dbms_|sys\b|sys\.|xp_)/.test(next);
    case 'commit':
    case 'rollback':
    case 'vacuum':
      return s.kind(i - 1) === ';' && s.ends(i + 1);
    case 'explain':
      return next === 'select' || (next === 'analyze' && s.text(i + 2) === 'select');
    case 'desc':
    case 'describe':
      return s.kind(i - 1) === ';' && s.kind(i + 1) === 'word' && s.ends(i + 2);
    case 'declare':
    case 'set':
      return s.kind(i + 1) === 'variable';
    case 'select':
      return selectsSomething(s, i);
    case 'update':
      return s.kind(i + 1) === 'word' && s.text(i + 2) === 'set' && s.text(i + 4) === '=';
    case 'begin':
      return next?.startsWith('dbms_') === true;
    case 'if':
      // `if (a === b) {` is code of other languages.
      return (
        s.kind(i + 1) === '(' &&
        COMPARISONS.has(s.text(i + 3) ?? '') &&
        (i > 0 || s.kind(i + 5) === ',' || BOLD_STATEMENTS.has(s.text(s.afterParenthesis(i + 1)) ?? ''))
      );
    case 'shutdown':
      return s.ends(i + 1) ? s.kind(i - 1) === ';' : next === 'with';
    default: {
      if (next === undefined || STATEMENTS.get(word)?.has(next) !== true) return false;
      if (ARTICLES.has(s.text(i + 2) ?? '')) return false;
      // `drop table lamp` is furniture: a statement goes on or is ended.
      const rest = s.kind(i + 3);
      return (
        word === 'waitfor' ||
        i > 0 ||
        (s.kind(i + 2) === 'word' &&
          (rest === '(' || s.ends(i + 3)) &&
          i + 3 <= s.tokens.length &&
          hasSqlEnd(s, i + 3))
      );
    }
  }
}

/** "delete from the list later": no table is called so. */
const ARTICLES: ReadonlySet<string> = new Set([
  'the',
  'a',
  'an',
  'my',
  'your',
  'our',
  'their',
  'his',
  'her',
  'its',
  'this',
  'that',
  'these',
  'those',
  'all',
]);

const AFTER_NAME: ReadonlySet<string> = new Set(['identified', 'values', 'add', 'modify', 'rename']);

/** A `;`, a comment, a bracket or a further clause follows: nobody writes that in prose. */
function hasSqlEnd(s: SqlStatement, i: number): boolean {
  const kind = s.kind(i);
  return (
    kind === ';' ||
    kind === 'comment' ||
    kind === '(' ||
    isWordOf(s, i, AFTER_TABLE) ||
    isWordOf(s, i, AFTER_NAME)
  );
}
