import { isSqlFunction } from './sql-functions.ts';
import type { SqlStatement } from './sql-statement.ts';

/** Whether what follows `SELECT` at `i` is an expression list, and not the rest of a sentence. */
export function selectsSomething(s: SqlStatement, i: number): boolean {
  const next = s.text(i + 1) === 'distinct' || s.text(i + 1) === 'all' ? i + 2 : i + 1;
  const kind = s.kind(next);
  if (kind === 'variable' || s.text(next) === 'null') return true;
  if (s.text(next) === '*') return s.kind(next + 1) !== 'word' || isWordOf(s, next + 1, AFTER_LIST);
  if (kind === 'string' || kind === 'number')
    return s.kind(next + 1) === ',' || s.kind(next + 1) === 'operator' || isWordOf(s, next + 1, AFTER_LIST);
  if (s.text(next) === 'case' && (s.text(next + 1) === 'when' || s.kind(next + 1) === '(')) return true;
  if (s.text(next) === 'top' && s.kind(next + 1) === 'number')
    return s.kind(next + 2) !== 'word' || s.kind(next + 3) !== 'word' || isWordOf(s, next + 3, AFTER_LIST);
  if (s.isFunction(next)) return isSqlFunction(s.text(next)) || isWordOf(s, s.afterCall(next), AFTER_LIST);
  if (kind === '(') return s.text(next + 1) === 'select' || s.text(next + 1) === 'case';
  return kind === 'word' && s.kind(next + 1) === ',' && namesAreColumns(s, next);
}

const AFTER_LIST: ReadonlySet<string> = new Set([
  'from',
  'where',
  'union',
  'into',
  'order',
  'group',
  'limit',
]);
export const AFTER_TABLE: ReadonlySet<string> = new Set([
  ...AFTER_LIST,
  'join',
  'having',
  'as',
  'inner',
  'left',
  'on',
]);

export function isWordOf(s: SqlStatement, i: number, words: ReadonlySet<string>): boolean {
  const text = s.text(i);
  return text !== undefined && words.has(text);
}

const MAX_COLUMNS = 128;

/** `a, b, c FROM d` where every name is one word and the table ends the list. */
function namesAreColumns(s: SqlStatement, start: number): boolean {
  let i = start;
  while (s.kind(i) === 'word' && s.kind(i + 1) === ',' && i < start + MAX_COLUMNS) i += 2;
  if (s.kind(i) !== 'word' || s.text(i + 1) !== 'from' || s.kind(i + 2) !== 'word') return false;
  return s.ends(i + 3) || isWordOf(s, i + 3, AFTER_TABLE);
}
