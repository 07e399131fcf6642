import { Result } from '@aegis/model';
import type { JsonObject } from '../normalize/json-object.ts';
import { excerpt, type LineError } from './line-error.ts';

/** More columns than this are no log of requests. */
const MAX_FIELDS = 256;
/** Of "Extended Log File Format", W3C working draft WD-logfile-960323; `Remark` and the dates of a log's ends too. */
const DIRECTIVE = /^#(Version|Fields|Software|Start-Date|End-Date|Date|Remark): ?(.*)$/i;
const HALF_DAY_S = 43_200;

export interface W3cRow {
  /** By field in lower case, those that are `-` left out; `date` also where only `#Date` has it. */
  readonly values: JsonObject;
  /** Values are percent-encoded, as where tabs stand between them. */
  readonly isEncoded: boolean;
}

/** The directives of an extended log as they come, and rows read by the last `#Fields` before them. */
export class W3cTable {
  #fields: readonly string[] = [];
  /** Of `#Date`, for logs whose rows have only a time. */
  #date: string | undefined;
  #lastSecond = 0;

  /** Takes a line that begins with `#`. */
  directive(line: string): Result<undefined, LineError> {
    const [, name = '', value = ''] = DIRECTIVE.exec(line) ?? [];
    switch (name.toLowerCase()) {
      case '':
        return refuse(1, line, 'a directive of an extended log, such as #Fields:');
      case 'fields': {
        const fields = value.trim().split(/[ \t]+/, MAX_FIELDS + 1);
        if (fields.length > MAX_FIELDS) return refuse(9, value, `at most ${MAX_FIELDS} fields`);
        this.#fields = fields[0] === '' ? [] : fields.map((field) => field.toLowerCase());
        return Result.ok(undefined);
      }
      case 'date':
        this.#date = /^\d{4}-\d\d-\d\d/.exec(value.trim())?.[0];
        this.#lastSecond = 0;
        return Result.ok(undefined);
      default:
        return Result.ok(undefined);
    }
  }

  row(line: string): Result<W3cRow, LineError> {
    if (this.#fields.length === 0) return refuse(1, line, 'a #Fields: header before the first row');
    const blanks = this.#split(line, ' ');
    // Blanks first: between blanks a tab may be part of what a client sent, between tabs a blank never is.
    const values = blanks.length === this.#fields.length ? blanks : this.#split(line, '\t');
    if (values.length !== this.#fields.length) {
      const most = Math.max(blanks.length, values.length);
      return refuse(
        line.length + 1,
        `${most} values`,
        `${this.#fields.length} values, as many as #Fields has`,
      );
    }
    const row = new Map<string, string>();
    this.#fields.forEach((field, i) => {
      const value = values[i] ?? '-';
      if (value !== '-' && value !== '') row.set(field, value);
    });
    const time = row.get('time');
    if (time !== undefined && !row.has('date') && this.#date !== undefined) {
      row.set('date', this.#dateAt(time));
    }
    return Result.ok({ values: Object.fromEntries(row), isEncoded: values !== blanks });
  }

  /** Some versions of IIS end a row with a blank. */
  #split(line: string, separator: string): string[] {
    const values = line.split(separator, MAX_FIELDS + 2);
    if (values.length === this.#fields.length + 1 && values.at(-1) === '') values.pop();
    return values;
  }

  /** A time far before the last one is of the next day. */
  #dateAt(time: string): string {
    const date = this.#date as string;
    const [hours = 0, minutes = 0, seconds = 0] = time.split(':', 3).map(Number);
    const second = hours * 3_600 + minutes * 60 + seconds;
    if (Number.isNaN(second)) return date;
    if (this.#lastSecond - second > HALF_DAY_S) this.#date = dayAfter(date);
    this.#lastSecond = second;
    return this.#date ?? date;
  }
}

function dayAfter(date: string): string {
  const at = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(at) ? date : new Date(at + 86_400_000).toISOString().slice(0, 10);
}

function refuse(column: number, found: string, expected: string): Result<never, LineError> {
  const message = `expected ${expected}, found ${excerpt(found)}`;
  return Result.err({ kind: 'bad_format', message, column, found: excerpt(found) });
}
