import { isCatalogue } from './sql-catalogues.ts';
import type { SqlProof, SqlRule } from './sql-proof.ts';
import { AFTER_TABLE, isWordOf, selectsSomething } from './sql-select-list.ts';
import { isLiteral, type SqlStatement, sqlOperand } from './sql-statement.ts';

/** `UNION [ALL|DISTINCT] [(] SELECT` and something that can be selected. */
export const union: SqlRule = (s, i) => {
  if (s.text(i) !== 'union') return undefined;
  let next = i + 1;
  if (s.text(next) === 'all' || s.text(next) === 'distinct') next++;
  // `union#%0aselect`: a comment to the end of its line is a blank.
  next = s.skip(s.skip(next, 'comment'), '(');
  const other = s.text(next);
  if ((other === 'values' || other === 'table') && isOtherUnion(s, i, next)) return unionProof(s, i);
  if (other !== 'select') return undefined;
  const quantified = s.text(next + 1) === 'all' || s.text(next + 1) === 'distinct';
  const first = quantified ? next + 2 : next + 1;
  const bare =
    s.ends(first) ||
    (isLiteral(s, first) && s.ends(first + 1)) ||
    (s.kind(first) === '(' && isLiteral(s, first + 1));
  if (!s.breakout && !bare && !selectsSomething(s, next)) return undefined;
  return unionProof(s, i);
};

function unionProof(s: SqlStatement, i: number): SqlProof {
  return {
    indicator: 'union_based_sqli',
    points: 90,
    danger: 85,
    at: s.at(i),
    why: 'a second result is added to that of the query with UNION',
  };
}

/** `UNION VALUES ROW(1,2)`, `UNION TABLE users`: "union values" are those of a union as well. */
function isOtherUnion(s: SqlStatement, i: number, next: number): boolean {
  const injected = s.breakout || s.kind(i - 1) === 'number' || s.kind(i - 1) === ')';
  const rows = s.kind(next + 1) === '(' || (s.text(next + 1) === 'row' && s.kind(next + 2) === '(');
  return injected && (rows || (s.kind(next + 1) === 'word' && s.ends(next + 2)));
}

const BEFORE_SELECT: ReadonlySet<string> = new Set([
  'union',
  'all',
  'distinct',
  'explain',
  'analyze',
  'as',
  'in',
  'exists',
  'not',
  'and',
  'or',
  'then',
  'else',
  'begin',
  'intersect',
  'except',
  'minus',
  'return',
  'if',
  'any',
  'some',
]);

/** `SELECT expression`, with or without `FROM`. */
export const select: SqlRule = (s, i) => {
  if (s.text(i) !== 'select') return undefined;
  const embedded = i > 0 && (s.kind(i - 1) === '(' || s.kind(i - 1) === ';' || s.breakout);
  // "what does SELECT * FROM do": a word that SQL does not know stands in front.
  const told =
    !embedded &&
    s.kind(i - 1) === 'word' &&
    (i === 1 || s.kind(i - 2) === 'word') &&
    /^[a-z]{2,}$/.test(s.text(i - 1) as string) &&
    !isWordOf(s, i - 1, BEFORE_SELECT);
  if (told) return undefined;
  const something = selectsSomething(s, i);
  const nameFrom = s.kind(i + 1) === 'word' && s.text(i + 2) === 'from' && s.kind(i + 3) === 'word';
  const clause =
    nameFrom &&
    ((isWordOf(s, i + 4, AFTER_TABLE) && s.kind(i + 5) !== undefined) || isCatalogue(s.text(i + 3)));
  const where = s.kind(i + 1) === 'word' && s.text(i + 2) === 'where' && s.kind(i + 4) === 'operator';
  // `50% off; "select" styles`: a string that nothing follows was never closed.
  const value = isLiteral(s, i + 1) && (s.kind(i + 1) !== 'string' || s.kind(i + 2) !== undefined);
  if (!something && !clause && !where && !(embedded && (nameFrom || value))) return undefined;
  const joined = embedded && i >= 2 && s.kind(i - 2) === 'operator';
  return {
    indicator: joined ? 'subquery_sqli' : 'select_statement',
    points: embedded ? 75 : 60,
    danger: 75,
    at: s.at(i),
    why: embedded ? 'a SELECT is nested into the query' : 'a SELECT statement where a value is expected',
  };
};

/** `ORDER BY 12`, `GROUP BY x HAVING`: counting the columns of the query. */
export const columnCount: SqlRule = (s, i) => {
  if ((s.text(i) !== 'order' && s.text(i) !== 'group') || s.text(i + 1) !== 'by') return undefined;
  const list = sqlOperand(s, i + 2);
  if (list === undefined) return undefined;
  const cut =
    s.kind(list.end) === 'comment' || s.text(list.end) === 'having' || s.text(list.end + 1) === 'rollup';
  const injected = s.breakout || (i > 0 && (s.kind(i - 1) === 'number' || s.kind(i - 1) === ')'));
  const lone = i === 0 && s.kind(2) === 'number' && (s.kind(3) === undefined || s.kind(3) === ',');
  if (list.kind !== 'literal' && !cut) return undefined;
  if (!cut && !lone && !(injected && (s.ends(list.end) || s.kind(list.end) === ','))) return undefined;
  return {
    indicator: 'column_count_probe',
    points: cut ? 65 : 55,
    danger: 60,
    at: s.at(i),
    why: 'the number of columns is tried with ORDER BY',
  };
};

/** `INTO OUTFILE`, `PROCEDURE ANALYSE`, `IN BOOLEAN MODE)`, `AS x WHERE 1=1`: clauses that close or leave the query. */
export const clauses: SqlRule = (s, i) => {
  const word = s.text(i);
  const next = s.text(i + 1);
  const make = (indicator: string, points: number, danger: number, why: string): SqlProof => ({
    indicator,
    points,
    danger,
    at: s.at(i),
    why,
  });
  if (word === 'into' && (next === 'outfile' || next === 'dumpfile'))
    return {
      ...make('sql_file_or_network_access', 85, 95, `INTO ${next.toUpperCase()} writes a file`),
      system: true,
    };
  if (word === 'into' && s.kind(i + 1) === 'variable' && s.kind(i - 1) === 'number')
    return make('select_statement', 60, 65, 'a result is put into a variable');
  if (word === 'procedure' && next === 'analyse')
    return make('error_based_sqli', 70, 75, 'PROCEDURE ANALYSE shows names');
  if (word === 'boolean' && next === 'mode' && s.kind(i + 2) === ')' && s.breakout)
    return make('boolean_based_sqli', 60, 65, 'a full-text condition is closed');
  if (word === 'rlike' && s.kind(i + 1) === '(' && s.text(i + 2) === 'select')
    return make('boolean_based_sqli', 75, 70, 'RLIKE of a subquery is added');
  return undefined;
};
