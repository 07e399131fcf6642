import { Result, type Scope } from '@aegis/model';

export interface PatternValue {
  readonly scope: Scope;
  readonly value: string;
}

/** Longer patterns are refused; STIX lists one indicator, or a few. */
const LONGEST_PATTERN = 65_536;

/** Object paths that are indicators here, in lower case without quotes. */
const SCOPE_OF_PATH: ReadonlyMap<string, Scope> = new Map<string, Scope>(
  Object.entries({
    'ipv4-addr:value': 'ip',
    'ipv6-addr:value': 'ip',
    'network-traffic:dst_ref.value': 'ip',
    'network-traffic:src_ref.value': 'ip',
    'domain-name:value': 'domain',
    'url:value': 'url',
    'file:hashes.md5': 'hash',
    'file:hashes.sha-1': 'hash',
    'file:hashes.sha1': 'hash',
    'file:hashes.sha-256': 'hash',
    'file:hashes.sha256': 'hash',
    'artifact:hashes.md5': 'hash',
    'artifact:hashes.sha-1': 'hash',
    'artifact:hashes.sha-256': 'hash',
    'autonomous-system:number': 'as',
    'network-traffic:extensions.http-request-ext.request_header.user-agent': 'user_agent',
  } as const),
);

/** A token: `[`, `=`, a word, a path, or a literal in quotes. */
const TOKEN =
  /\s*(?:(\[|\]|\(|\)|,|!=|<=|>=|=|<|>)|'((?:[^'\\]|\\.)*)'|([A-Za-z0-9_:.*-]+(?:'[^'\\\]]*'[A-Za-z0-9_.*-]*)*))/y;

interface Token {
  readonly kind: 'sign' | 'text' | 'word';
  readonly text: string;
}

/**
 * The values that a STIX 2.1 pattern (section 9) is about, where each of them alone would satisfy it: equalities,
 * `IN` lists and `ISSUBSET`, joined by `OR` within and between observations. What needs two things at once (`AND`,
 * `FOLLOWEDBY`, `REPEATS`) or a comparison of another kind is refused: enforcing half of it would catch others.
 * Total, linear, without recursion.
 */
export function readStixPattern(pattern: string): Result<readonly PatternValue[], string> {
  if (pattern.length > LONGEST_PATTERN) return Result.err('a pattern that is too long');
  const tokens = tokensOf(pattern);
  if (tokens === undefined) return Result.err('a pattern that cannot be read');
  const values: PatternValue[] = [];
  let at = 0;
  let depth = 0;
  let inside = false;
  let expectTerm = true;
  const sign = (text: string): boolean => tokens[at]?.kind === 'sign' && tokens[at]?.text === text;
  while (at < tokens.length) {
    const { kind, text } = tokens[at] as Token;
    if (expectTerm) {
      if (sign('(')) {
        depth++;
        at++;
      } else if (sign('[') && !inside) {
        inside = true;
        at++;
      } else if (kind === 'word' && inside) {
        const read = readComparison(tokens, at);
        if (!read.ok) return read;
        values.push(...read.value.values);
        at = read.value.next;
        expectTerm = false;
      } else return Result.err('a pattern that cannot be read');
    } else if (sign(')') && depth > 0) {
      depth--;
      at++;
    } else if (sign(']') && inside) {
      inside = false;
      at++;
    } else if (kind === 'word' && text === 'OR') {
      expectTerm = true;
      at++;
    } else if (kind === 'word' && /^(?:AND|FOLLOWEDBY|WITHIN|REPEATS|START|STOP)$/.test(text)) {
      return Result.err(`a pattern with ${text}`);
    } else return Result.err('a pattern that cannot be read');
  }
  if (expectTerm || inside || depth > 0) return Result.err('a pattern that cannot be read');
  return Result.ok(values);
}

interface Read {
  readonly values: readonly PatternValue[];
  readonly next: number;
}

/** `path = 'text'`, `path IN ('a', 'b')`, `path ISSUBSET 'prefix'`. */
function readComparison(tokens: readonly Token[], start: number): Result<Read, string> {
  const path = (tokens[start] as Token).text.replaceAll("'", '').toLowerCase();
  const scope = SCOPE_OF_PATH.get(path);
  const operator = tokens[start + 1];
  if (operator?.text === 'NOT' || operator?.text === '!=') return Result.err('a pattern with NOT');
  if (scope === undefined) return Result.err('a pattern over something that is no indicator here');
  const subset = operator?.text === 'ISSUBSET';
  if (operator?.text === '=' || (subset && scope === 'ip')) {
    const literal = tokens[start + 2];
    if (literal === undefined || literal.kind === 'sign') return Result.err('a pattern that cannot be read');
    return Result.ok({ values: [{ scope, value: literal.text }], next: start + 3 });
  }
  if (operator?.text !== 'IN') return Result.err('a pattern with a comparison of another kind');
  const values: PatternValue[] = [];
  if (tokens[start + 2]?.text !== '(') return Result.err('a pattern that cannot be read');
  for (let at = start + 3; ; at += 2) {
    const literal = tokens[at];
    const after = tokens[at + 1];
    if (literal === undefined || literal.kind === 'sign' || after?.kind !== 'sign')
      return Result.err('a pattern that cannot be read');
    values.push({ scope, value: literal.text });
    if (after.text === ')') return Result.ok({ values, next: at + 2 });
    if (after.text !== ',') return Result.err('a pattern that cannot be read');
  }
}

function tokensOf(pattern: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const text = pattern.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text);
    if (found === null) return undefined;
    const [, sign, literal, word] = found;
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else if (literal !== undefined) tokens.push({ kind: 'text', text: literal.replace(/\\(.)/g, '$1') });
    else tokens.push({ kind: 'word', text: word as string });
  }
  return tokens;
}
