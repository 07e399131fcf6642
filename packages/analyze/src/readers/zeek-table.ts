import { Result } from '@aegis/model';
import type { JsonObject } from '../normalize/json-object.ts';
import { excerpt, type LineError } from './line-error.ts';
import { decodeLogEscapes } from './log-escapes.ts';

/** More columns than this are no http.log. */
const MAX_FIELDS = 256;

/** The header of a Zeek TSV log, and rows read by it. */
export class ZeekTable {
  #separator = '\t';
  #unset = '-';
  #empty = '(empty)';
  #fields: readonly string[] = [];

  /** Takes a line that begins with `#`. */
  directive(line: string): Result<undefined, LineError> {
    if (line.startsWith('#separator ')) {
      const separator = decodeLogEscapes(line.slice('#separator '.length).trim());
      if (separator.length !== 1) return refuse(12, line.slice(11), 'one character, such as \\x09');
      this.#separator = separator;
      return Result.ok(undefined);
    }
    const [name, ...values] = line.split(this.#separator, MAX_FIELDS + 2);
    const [value = ''] = values;
    if (name === '#unset_field') this.#unset = value;
    if (name === '#empty_field') this.#empty = value;
    if (name === '#path' && value !== 'http') return refuse(7, value, "http: this is another of Zeek's logs");
    if (name === '#fields') {
      if (values.length > MAX_FIELDS) return refuse(1, line, `at most ${MAX_FIELDS} fields`);
      this.#fields = values;
    }
    return Result.ok(undefined);
  }

  /** Values by field, those that are unset or empty left out. */
  row(line: string): Result<JsonObject, LineError> {
    if (this.#fields.length === 0) return refuse(1, line, 'a #fields header before the first row');
    const values = line.split(this.#separator, MAX_FIELDS + 1);
    if (values.length !== this.#fields.length) {
      return refuse(
        line.length + 1,
        `${values.length} values`,
        `${this.#fields.length}, as many as #fields has`,
      );
    }
    const row = new Map<string, string>();
    this.#fields.forEach((field, i) => {
      const value = values[i] ?? '';
      if (value !== this.#unset && value !== this.#empty) row.set(field, decodeLogEscapes(value));
    });
    return Result.ok(Object.fromEntries(row));
  }
}

function refuse(column: number, found: string, expected: string): Result<never, LineError> {
  const message = `expected ${expected}, found ${excerpt(found)}`;
  return Result.err({ kind: 'bad_format', message, column, found: excerpt(found) });
}
