import { type Action, Result, type Scope } from '@aegis/model';
import { csvRecords } from '../export/csv.ts';
import { mistakesOf } from './check-input.ts';
import { ImportedWish, type WishDocument } from './documents/decision-wish-document.ts';

/** One entry of a list, well formed or not. */
export interface ImportedEntry {
  /** Or place in the JSON array; from 1. */
  readonly line: number;
  readonly wish: Result<WishDocument, string>;
}

/** What holds where an entry says nothing. */
export interface ImportDefaults {
  readonly action: Action;
  readonly reason: string;
  readonly origin: string;
  /** Ms. */
  readonly duration?: number | undefined;
}

export function* entriesOfJson(
  items: readonly unknown[],
  defaults: ImportDefaults,
): Generator<ImportedEntry> {
  for (const [index, item] of items.entries()) yield entry(index + 1, item, defaults);
}

/** CrowdSec's names for the same things. */
const COLUMN_ALIASES: Readonly<Record<string, string>> = Object.freeze({
  type: 'action',
  scenario: 'reason',
});

/** The first line names the columns, in any order, as the members of the JSON form. Empty fields say nothing. */
export function* entriesOfCsv(text: string, defaults: ImportDefaults): Generator<ImportedEntry> {
  let columns: readonly string[] | undefined;
  for (const { line, fields } of csvRecords(text)) {
    if (columns !== undefined) yield entry(line, recordOf(columns, fields), defaults);
    else {
      columns = fields.map((field) => field.trim().toLowerCase()).map((name) => COLUMN_ALIASES[name] ?? name);
      if (columns.includes('value')) continue;
      yield { line, wish: Result.err('the first line must name the columns, and one of them `value`') };
      return;
    }
  }
}

function recordOf(columns: readonly string[], fields: readonly string[]): Record<string, unknown> {
  const present = columns.map((name, index) => [name, (fields[index] ?? '').trim()] as const);
  return Object.fromEntries(
    present
      .filter(([, field]) => field !== '')
      .map(([name, field]) => [name, name === 'weight' ? Number(field) : field]),
  );
}

/** One address or prefix a line; `#` and `;` begin a comment. */
export function* entriesOfList(text: string, defaults: ImportDefaults): Generator<ImportedEntry> {
  for (let start = 0, line = 1; start < text.length; line++) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const value = (text.slice(start, end).split(/[#;]/, 1)[0] as string).trim();
    if (value !== '') yield entry(line, { value }, defaults);
    start = end + 1;
  }
}

function entry(line: number, item: unknown, { duration, ...defaults }: ImportDefaults): ImportedEntry {
  const parsed = ImportedWish.safeParse(item);
  if (!parsed.success) {
    const mistakes = mistakesOf('entry', parsed.error).map(({ where, message }) => `${where}: ${message}`);
    return { line, wish: Result.err(mistakes.join('; ')) };
  }
  const { action, reason, origin, scope, ...rest } = parsed.data;
  const wish: WishDocument = {
    duration: rest.expires === undefined ? duration : undefined,
    ...rest,
    scope: scope ?? scopeOf(rest.value),
    action: action ?? defaults.action,
    reason: reason ?? defaults.reason,
    origin: origin ?? defaults.origin,
  };
  return { line, wish: Result.ok(wish) };
}

/** Lists of addresses seldom say which of them are ranges. */
function scopeOf(value: string): Scope {
  return value.includes('/') ? 'range' : 'ip';
}
