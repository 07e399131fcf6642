import { AegisError } from '@aegis/model';

/** Arrays and objects within one another; deeper values are refused rather than overflow the stack. */
const MAX_DEPTH = 128;

/**
 * A JSON value as the one text that RFC 8785 (JCS) gives it: no blanks, members in order of the UTF-16 units of
 * their names, numbers as ECMAScript writes them. Members that are undefined are left out, as JSON does.
 * Throws AegisError `not_canonical` for what has no such text: NaN, infinities, BigInts, functions, undefined in
 * an array, lone surrogates, and values deeper than 128.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw refusal(`a value deeper than ${MAX_DEPTH}`);
  if (typeof value === 'string') return text(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw refusal(String(value));
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(',')}]`;
  if (typeof value !== 'object') throw refusal(`a ${typeof value}`);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${text(name)}:${write(member, depth + 1)}`);
  return `{${members.join(',')}}`;
}

function text(value: string): string {
  if (!value.isWellFormed()) throw refusal('a text with half a surrogate pair');
  return JSON.stringify(value);
}

function refusal(what: string): AegisError {
  return new AegisError('not_canonical', `${what} has no canonical JSON`);
}
