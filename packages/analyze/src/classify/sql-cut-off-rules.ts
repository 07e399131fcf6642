import type { SqlRule } from './sql-proof.ts';
import type { SqlStatement } from './sql-statement.ts';

/** `admin'--`, `x') #`: what comes after in the query is cut off. */
export const cutOff: SqlRule = (s, i) => {
  if (i !== 0 || !s.breakout) return undefined;
  const next = s.skip(s.bodyStart, ';');
  const comment = s.tokens[next];
  if (comment?.kind !== 'comment' || !cutsOff(comment.text)) return undefined;
  // `SOAP 1 '#`: who closes a string writes the quote right behind the value.
  if (comment.text.startsWith('#') && s.tokens[0]?.text.endsWith(' ') === true) return undefined;
  return {
    indicator: 'comment_truncation_sqli',
    points: 60,
    danger: 65,
    at: s.at(next),
    why: 'the string is closed and the rest of the query commented out',
  };
};

/** `1--`, `1 /*`, `name;--`, `id)--`, `id desc--` as the whole value: nothing is added, only the rest cut off. */
export const bareCutOff: SqlRule = (s, i) => {
  if (i !== 0 || s.breakout) return undefined;
  const name = s.kind(0) === 'word' && /^[a-z_]/.test(s.text(0) as string);
  const sorted = name && (s.text(1) === 'asc' || s.text(1) === 'desc');
  const first = s.kind(0) === 'number' || (name && (s.kind(1) === ';' || s.kind(1) === ')')) || sorted;
  const end = s.skip(s.skip(sorted ? 2 : 1, ')'), ';');
  const comment = s.tokens[end];
  if (!first || comment?.kind !== 'comment' || !/^(?:--[-+\s]*|\/\*\s*)$/.test(comment.text))
    return undefined;
  return {
    indicator: 'comment_truncation_sqli',
    points: 52,
    danger: 60,
    at: comment.at,
    why: 'the value ends in a comment that cuts off the rest of the query',
  };
};

/** What begins a clause behind the condition of a query, and what must follow it. */
const CLAUSES: ReadonlyMap<string, RegExp> = new Map([
  ['limit', /^(?:\d|@|all$)/],
  ['offset', /^\d/],
  ['order', /^by$/],
  ['group', /^by$/],
  ['for', /^(?:update|share|xml|json|browse)$/],
  ['lock', /^in$/],
  ['fetch', /^(?:first|next)$/],
  ['collate', /^[a-z_]\w*$/],
]);

/** `1' limit 1--`, `1'; kill 5 --`: a clause or a statement of any kind, and the rest of the query cut off. */
export const cutClause: SqlRule = (s, i) => {
  if (i !== 0 || !isClosedValue(s)) return undefined;
  const comment = s.tokens[s.tokens.length - 1];
  if (comment?.kind !== 'comment' || !cutsOff(comment.text)) return undefined;
  const begin = s.bodyStart;
  const stacked = s.kind(begin) === ';' && s.kind(begin + 1) === 'word';
  const clause = CLAUSES.get(s.text(begin) ?? '')?.test(s.text(begin + 1) ?? '') === true;
  const listed = s.breakout && begin > 1 && s.kind(begin) === ',' && s.kind(begin + 1) === '(';
  if (!stacked && !clause && !listed) return undefined;
  return {
    indicator: stacked ? 'stacked_query' : 'comment_truncation_sqli',
    points: 58,
    danger: stacked ? 80 : 60,
    at: s.at(begin),
    why: `a ${stacked ? 'statement' : listed ? 'row' : 'clause'} is added and the rest of the query commented out`,
  };
};

/** `1';`, `x');` as the whole value: string and statement are ended. */
export const ended: SqlRule = (s, i) => {
  if (i !== 0 || !s.breakout || !/^\w{1,16}$/.test(s.tokens[0]?.text ?? '')) return undefined;
  if (s.kind(s.bodyStart) !== ';' || s.kind(s.bodyStart + 1) !== undefined) return undefined;
  return {
    indicator: 'stacked_query',
    points: 52,
    danger: 60,
    at: s.at(s.bodyStart),
    why: 'the string that the query opened and the query itself are ended',
  };
};

/** A number, or a string without a blank that the text closes: prose has blanks. */
function isClosedValue(s: SqlStatement): boolean {
  return s.breakout ? /^\S*$/.test(s.tokens[0]?.text ?? ' ') : s.kind(0) === 'number';
}

/** A comment that says nothing itself. */
function cutsOff(comment: string): boolean {
  const rest = comment.replace(/^[-#/*\s]+/, '');
  return rest.length <= 12 && !/\s/.test(rest) && !(comment.startsWith('#') && rest !== '');
}
