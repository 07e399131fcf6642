import { isSqlFunction } from './sql-functions.ts';
import { COMPARISONS, CONDITION_STARTERS } from './sql-operators.ts';
import type { SqlProof, SqlRule } from './sql-proof.ts';
import { isLiteral, type SqlStatement, sqlOperand } from './sql-statement.ts';

/** `OR 1=1`, `AND 'a'='a`, `HAVING f(x)>y`: a condition with a value known beforehand. */
export const condition: SqlRule = (s, i) => {
  const starter = s.text(i);
  if (starter === undefined || !CONDITION_STARTERS.has(starter)) return undefined;
  const a = sqlOperand(s, i + 1);
  if (a === undefined) return undefined;
  const proof = (points: number, why: string): SqlProof => ({
    indicator: 'boolean_based_sqli',
    points: points + (s.breakout ? 15 : 0),
    danger: 70,
    at: s.at(i),
    why,
  });
  if (i === 0 && starter === 'not') return undefined;
  const operator = s.text(a.end);
  // A document operator of PostgreSQL, which is a mark of prose otherwise.
  if (operator === '?' && s.breakout && s.text(a.end - 1)?.startsWith('::') === true)
    return proof(45, 'a condition on a document is added to the query');
  const negated = operator === 'not' ? s.text(a.end + 1) : operator;
  if (negated !== undefined && COMPARISONS.has(negated)) {
    const b = sqlOperand(s, a.end + (operator === 'not' ? 2 : 1));
    if (b === undefined) return undefined;
    if (!s.breakout && (isTold(s, b.end) || isCounted(s, i))) return undefined;
    if (a.kind === 'literal' && b.kind === 'literal')
      return proof(75, 'a condition between two constants is added to the query');
    if (a.kind === 'call' || b.kind === 'call')
      return proof(70, 'a condition with a function call is added to the query');
    if (a.text === b.text) return proof(60, 'a condition that is always true is added to the query');
    // `&` joins the parameters of an address and `|` the columns of a table.
    if (starter === '&' || starter === '|') return undefined;
    if (s.breakout || s.ends(b.end)) {
      const commented = s.kind(b.end) === 'comment';
      if (s.breakout || commented)
        return proof(commented ? 50 : 40, 'a condition is added to the query behind a closed string');
    }
    return undefined;
  }
  if (a.kind === 'call')
    return isSqlFunction(a.text) ? proof(60, 'a function is called in a condition') : undefined;
  // Of a function that nobody here knows, behind a closed string and with the rest of the query cut off.
  if (s.breakout && s.kind(a.end - 1) === ')' && s.isFunction(i + 1) && s.kind(a.end) === 'comment')
    return proof(45, 'a function is called in a condition');
  const constant = a.kind === 'literal' || a.text === 'true' || a.text === 'false';
  const short = s.kind(a.end - 1) !== 'string' || /^\d{0,4}$/.test(a.text);
  const open =
    short &&
    s.breakout &&
    s.kind(a.end) === undefined &&
    /^(?:[-\d%]{0,12}|admin)$/.test(s.tokens[0]?.text ?? '');
  const lone = i === 0 || (i === 1 && s.kind(0) === 'number');
  const whole = lone && s.kind(a.end) === undefined && a.text === 'true';
  const cut = s.kind(a.end) === 'comment' || open || whole;
  if (constant && cut && starter !== 'on' && starter !== 'where' && starter !== 'not')
    return proof(50, 'a constant condition cuts off the rest of the query');
  return undefined;
};

/** "... or 1=2? That is the question": words go on behind it that no clause starts with. */
function isTold(s: SqlStatement, i: number): boolean {
  if (s.text(i) === '?') return true;
  return s.kind(i) === 'word' && s.kind(i + 1) === 'word' && !CLAUSE_WORDS.has(s.text(i) as string);
}

/** "Buy 1 or 2 = 50% off": a word and a number without anything between them stand in front. */
function isCounted(s: SqlStatement, i: number): boolean {
  return s.kind(i - 1) === 'number' && s.kind(i - 2) === 'word' && !CLAUSE_WORDS.has(s.text(i - 2) as string);
}

const CLAUSE_WORDS: ReadonlySet<string> = new Set([
  ...CONDITION_STARTERS,
  ...COMPARISONS,
  'limit',
  'order',
  'group',
  'union',
  'into',
  'procedure',
  'for',
  'then',
  'else',
  'end',
  'as',
  'from',
  'select',
  'collate',
  'escape',
  'offset',
  'fetch',
  'returning',
  'intersect',
  'except',
  'minus',
  'rlike',
  'waitfor',
  'if',
  'exec',
  'drop',
]);

/** `'='`, `' like '%`: the closed string is itself compared. */
export const comparedString: SqlRule = (s, i) => {
  if (i !== 1 || !s.breakout) return undefined;
  const compared = s.text(1) === 'not' ? 2 : s.text(1) === 'collate' && s.kind(2) === 'word' ? 3 : 1;
  const operator = s.text(compared);
  if (operator === undefined || !COMPARISONS.has(operator) || s.tokens[0] === undefined) return undefined;
  // Who closes a string writes the quote right behind the value; prose has a blank in front of it.
  if (/[a-z].* $/.test(s.tokens[0].text)) return undefined;
  const b = sqlOperand(s, compared + 1);
  if (b === undefined || (b.kind === 'name' && b.text !== 'true')) return undefined;
  // `5' = 60"` are feet and inches.
  if (b.kind === 'literal' && s.kind(compared + 1) === 'number' && s.kind(b.end) === 'string')
    return undefined;
  // `"LIKE"` and `"IS" STAMP` are quoted words.
  if (/^[a-z]/.test(operator) && b.kind === 'literal' && !/^\S/.test(b.text)) return undefined;
  return {
    indicator: 'boolean_based_sqli',
    points: s.kind(compared + 1) === 'string' || b.kind === 'call' ? 55 : 50,
    danger: 65,
    at: 0,
    why: 'the string that the query opened is closed and compared',
  };
};

/** `'-0#`, `'^'`, `1'+'1`: the closed string goes on as a calculation. */
export const calculated: SqlRule = (s, i) => {
  if (i !== 1 || !s.breakout || !CALCULATIONS.has(s.text(1) ?? '')) return undefined;
  const before = s.tokens[0]?.text ?? '';
  const joined = s.text(1) === '||';
  if (!(joined ? /^\w{0,20}$/ : /^\d{0,4}$/).test(before)) return undefined;
  const open = s.kind(2) === '(' ? 3 : 2;
  const end = open === 3 ? open + 2 : open + 1;
  const cut = isLiteral(s, open) && s.kind(end) === 'comment';
  const other = s.kind(2) === 'string' && s.kind(3) === undefined ? s.tokens[2]?.text : undefined;
  const reopened =
    other !== undefined && (joined ? /^\w{0,20}$/.test(other) : other.length === before.length);
  if (!cut && !reopened) return undefined;
  return {
    indicator: 'boolean_based_sqli',
    points: cut ? 60 : 52,
    danger: 65,
    at: s.at(1),
    why: 'the string that the query opened is closed and calculated with',
  };
};

const CALCULATIONS: ReadonlySet<string> = new Set(['-', '+', '*', '/', '%', '^', '|', '&', '||', '&&']);

/** `x', 'y', 1); --`: the values of an INSERT are filled in and the rest is cut off. */
export const insertedValues: SqlRule = (s, i) => {
  if (i !== 1 || !s.breakout || s.kind(1) !== ',') return undefined;
  let next = 1;
  while (s.kind(next) === ',' && next < LONGEST_VALUES) {
    const value = sqlOperand(s, next + 1);
    if (value === undefined) return undefined;
    next = value.end;
  }
  if (s.kind(next) !== ')') return undefined;
  const cut = s.kind(s.skip(s.skip(next, ')'), ';')) === 'comment';
  if (!cut && s.text(next + 1) !== ',') return undefined;
  return {
    indicator: 'insert_values_sqli',
    points: 60,
    danger: 75,
    at: s.at(1),
    why: 'values of an INSERT are filled in and the rest of the query cut off',
  };
};

const LONGEST_VALUES = 64;

/** `iif(1=2,1,1/0)`, `elt(1=1,x)`, `(1=2)*3`: an expression that hangs on a comparison of numbers. */
export const conditional: SqlRule = (s, i) => {
  if (s.kind(i) !== '(' || s.kind(i + 1) !== 'number' || s.kind(i + 3) !== 'number') return undefined;
  if (!COMPARISONS.has(s.text(i + 2) ?? '')) return undefined;
  const behind = s.kind(i + 4);
  if (behind !== ',' && behind !== ')') return undefined;
  return {
    indicator: 'boolean_based_sqli',
    points: 60,
    danger: 70,
    at: s.at(i),
    why: 'an expression hangs on a comparison of two numbers',
  };
};
