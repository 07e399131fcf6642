import { Address, Result, type Timestamp } from '@aegis/model';
import { isJsonObject, type JsonObject } from '../normalize/json-object.ts';
import { parseTime } from '../normalize/parse-time.ts';
import { readPort } from '../normalize/read-fields.ts';
import { excerpt, type LineError } from './line-error.ts';

/**
 * Fields of a parsed line, each found under the first of several names that has a value. A name may be a path:
 * `request.uri` is `uri` inside `request`, unless the line has a key of just that name, as Zeek's do.
 */
export function fieldIn(line: JsonObject, names: readonly string[]): unknown {
  for (const name of names) {
    const value = valueAt(line, name);
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return undefined;
}

function valueAt(line: JsonObject, name: string): unknown {
  const value = line[name];
  const dot = name.indexOf('.');
  if (value !== undefined || dot < 0) return value;
  const inner = line[name.slice(0, dot)];
  return isJsonObject(inner) ? valueAt(inner, name.slice(dot + 1)) : undefined;
}

export function textIn(line: JsonObject, names: readonly string[]): string | undefined {
  const value = fieldIn(line, names);
  return typeof value === 'string' ? value : undefined;
}

export function portIn(line: JsonObject, names: readonly string[]): number | undefined {
  return readPort(fieldIn(line, names));
}

export function statusIn(line: JsonObject, names: readonly string[]): number | undefined {
  const status = Number(fieldIn(line, names) ?? Number.NaN);
  return Number.isInteger(status) && status >= 100 && status <= 999 ? status : undefined;
}

export function requiredText(line: JsonObject, names: readonly string[]): Result<string, LineError> {
  const value = fieldIn(line, names);
  return typeof value === 'string' ? Result.ok(value) : fieldError(line, names, 'text');
}

export function requiredAddress(line: JsonObject, names: readonly string[]): Result<Address, LineError> {
  const value = fieldIn(line, names);
  const address = typeof value === 'string' ? Address.parseLenient(value) : undefined;
  return address?.ok ? address : fieldError(line, names, 'an IP address');
}

/** With `fallback`, a time that is missing is that; one that makes no sense is still an error. */
export function requiredTime(
  line: JsonObject,
  names: readonly string[],
  fallback?: Timestamp,
): Result<Timestamp, LineError> {
  const value = fieldIn(line, names);
  const at = value === undefined ? fallback : parseTime(value);
  return at === undefined
    ? fieldError(line, names, 'an epoch time or ISO 8601, in 1990-2099')
    : Result.ok(at);
}

/** Says that none of the names has a value, or what the first that has one should have been instead. */
export function fieldError(
  line: JsonObject,
  names: readonly string[],
  expected: string,
): Result<never, LineError> {
  const field = names.find((name) => fieldIn(line, [name]) !== undefined);
  if (field === undefined) {
    const [first = '', ...others] = names;
    const or = others.length > 0 ? ` (or ${others.join(', ')})` : '';
    return Result.err({
      kind: 'missing_field',
      message: `${first}${or} is missing; expected ${expected}`,
      field: first,
    });
  }
  const found = excerpt(fieldIn(line, [field]));
  return Result.err({
    kind: 'bad_value',
    message: `${field} is ${found}; expected ${expected}`,
    field,
    found,
  });
}
