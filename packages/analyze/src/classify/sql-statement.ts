import { isSqlFunction } from './sql-functions.ts';
import type { SqlToken } from './sql-tokens.ts';

/** The stream, with what the rules ask of it again and again. */
export class SqlStatement {
  readonly tokens: readonly SqlToken[];
  /** The text closed the string that the statement had opened around it. */
  readonly breakout: boolean;
  /** For each `(` the index of its `)`, the end where there is none. */
  readonly #closing: Int32Array;
  /** The first token behind the closed string and the brackets closed with it. */
  readonly bodyStart: number;

  constructor(tokens: readonly SqlToken[], breakout: boolean) {
    this.tokens = tokens;
    this.breakout = breakout;
    this.#closing = new Int32Array(tokens.length).fill(tokens.length);
    this.bodyStart = this.skip(1, ')');
    const open: number[] = [];
    tokens.forEach((token, i) => {
      if (token.kind === '(') open.push(i);
      else if (token.kind === ')') this.#closing[open.pop() ?? i] = i;
    });
  }

  text(i: number): string | undefined {
    const token = this.tokens[i];
    return token === undefined || token.kind === 'string' ? undefined : token.text;
  }

  kind(i: number): SqlToken['kind'] | undefined {
    return this.tokens[i]?.kind;
  }

  at(i: number): number {
    return this.tokens[i]?.at ?? 0;
  }

  /** At the end, at a comment or at a `;`. */
  ends(i: number): boolean {
    const kind = this.kind(i);
    return kind === undefined || kind === 'comment' || kind === ';';
  }

  skip(i: number, kind: SqlToken['kind']): number {
    let next = i;
    while (this.kind(next) === kind) next++;
    return next;
  }

  isFunction(i: number): boolean {
    return this.kind(i) === 'word' && this.kind(i + 1) === '(';
  }

  afterCall(i: number): number {
    return (this.#closing[i + 1] ?? this.tokens.length) + 1;
  }

  /** Behind the `)` of the `(` at `i`. */
  afterParenthesis(i: number): number {
    return (this.#closing[i] ?? this.tokens.length) + 1;
  }
}

/** Signs, brackets and terms beyond this are not followed, so that looking at every token stays linear. */
const LONGEST_RUN = 48;

export interface SqlOperand {
  readonly kind: 'literal' | 'name' | 'call';
  readonly text: string;
  /** The index behind it. */
  readonly end: number;
}

/** One operand, through any opening brackets and signs. */
export function sqlOperand(s: SqlStatement, start: number): SqlOperand | undefined {
  let i = start;
  while (i < start + LONGEST_RUN) {
    const text = s.text(i);
    const prefix =
      text === '(' || text === '-' || text === '+' || text === '~' || text === '!' || text === 'not';
    if (!prefix && text !== 'binary' && text !== 'exists') break;
    i++;
  }
  const token = s.tokens[i];
  if (token === undefined) return undefined;
  // `x'61'`, `n'a'`, `_utf8'a'`: the type of the string stands right in front of it.
  const value = s.tokens[i + 1];
  if (value?.kind === 'string' && value.at === token.end && STRING_TYPE.test(token.text))
    return { kind: 'literal', text: value.text, end: closed(s, start, i, i + 2) };
  // `'{}'::jsonb`: a cast of PostgreSQL belongs to its operand.
  let end = s.text(i + 1)?.startsWith('::') === true ? i + 2 : i + 1;
  if (s.isFunction(i)) {
    // "left (or right (see below))": in prose a bracket stands apart.
    const known = isSqlFunction(token.text) && (s.breakout || token.end === s.at(i + 1));
    end = s.afterCall(i);
    return known ? { kind: 'call', text: token.text, end } : { kind: 'name', text: token.text, end };
  }
  if (token.text === 'select' && token.kind === 'word')
    return { kind: 'call', text: 'select', end: s.kind(i - 1) === '(' ? s.afterParenthesis(i - 1) : end };
  // `3*2`, `'a'||'b'`: arithmetic of constants is a constant.
  while (
    s.kind(end) === 'operator' &&
    ARITHMETIC.has(s.text(end) ?? '') &&
    isLiteral(s, end + 1) &&
    end < i + LONGEST_RUN
  )
    end += 2;
  // Strings side by side are one (SQL-92, section 5.3).
  if (token.kind === 'string') while (s.kind(end) === 'string' && end < i + LONGEST_RUN) end++;
  if (token.kind === 'number' || token.kind === 'string' || token.kind === 'variable')
    return { kind: 'literal', text: token.text, end: closed(s, start, i, end) };
  if (token.kind !== 'word') return undefined;
  const kind = token.text === 'null' || token.text === 'true' || token.text === 'false' ? 'literal' : 'name';
  return { kind, text: token.text, end: closed(s, start, i, end) };
}

const STRING_TYPE = /^(?:[nxbe]|u&|_[a-z]\w{2,12})$/;
const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '^', '||', '<<', '>>']);

/** Skips the `)` that match the `(` which {@link sqlOperand} went through. */
function closed(s: SqlStatement, start: number, i: number, end: number): number {
  let next = end;
  for (let depth = i - start; depth > 0 && s.kind(next) === ')'; depth--) next++;
  return next;
}

export function isLiteral(s: SqlStatement, i: number): boolean {
  const kind = s.kind(i);
  return kind === 'number' || kind === 'string' || kind === 'variable';
}
