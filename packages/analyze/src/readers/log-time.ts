import type { Timestamp } from '@aegis/model';
import { parseTime, utcTime, zoneOffset } from '../normalize/parse-time.ts';

export interface FoundTime {
  readonly at: Timestamp;
  /** Where the text after it begins. */
  readonly end: number;
}

/** A time stands near the beginning of a line. */
const LOOKED_AT = 120;
const DAY_MS = 86_400_000;
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const MONTH = '(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const CLOCK = String.raw`(\d{1,2}):(\d\d):(\d\d)(?:[.,](\d{1,9}))?`;

interface Form {
  readonly pattern: RegExp;
  /** Groups of year, month, day, hour; minute and second follow the hour. Without a year it is the latest that fits. */
  readonly groups: readonly [number | undefined, number, number, number];
  /** Groups of `AM` or `PM`, and of the zone. */
  readonly half?: number;
  readonly zone?: number;
}

/** The spellings that programs use, each tried where the line first has it. */
const FORMS: readonly Form[] = [
  {
    pattern: new RegExp(String.raw`(\d{4})[-/](\d\d)[-/](\d\d)(?:[T ]| - )${CLOCK} ?(Z|UTC|[+-]\d\d:?\d\d)?`),
    groups: [1, 2, 3, 4],
    zone: 8,
  },
  { pattern: new RegExp(`(\\d\\d)-${MONTH}-(\\d{4}) ${CLOCK}`), groups: [3, 2, 1, 4] },
  {
    pattern: new RegExp(`(\\d{1,2})/${MONTH}/(\\d{4})[: ]${CLOCK}(?: ([+-]\\d{4}))?`),
    groups: [3, 2, 1, 4],
    zone: 8,
  },
  { pattern: new RegExp(`${MONTH} +(\\d{1,2}) ${CLOCK} (\\d{4})`), groups: [7, 1, 2, 3] },
  { pattern: new RegExp(`${MONTH} +(\\d{1,2}) ${CLOCK}`), groups: [undefined, 1, 2, 3] },
  {
    pattern: new RegExp(String.raw`(\d\d)/(\d\d)/(\d{4}|\d\d),? ${CLOCK}(?: (AM|PM))?`),
    groups: [3, 1, 2, 4],
    half: 8,
  },
  { pattern: new RegExp(String.raw`[IWEF](\d\d)(\d\d) ${CLOCK}`), groups: [undefined, 1, 2, 3] },
];

/**
 * The first time in a line, in any of the spellings that programs use. One without a zone counts as UTC; one without
 * a year is of the year that puts it last before `receivedAt`, with a day to spare.
 */
export function logTime(line: string, receivedAt: Timestamp): FoundTime | undefined {
  const start = line.slice(0, LOOKED_AT);
  let first: { readonly match: RegExpExecArray; readonly form: Form } | undefined;
  for (const form of FORMS) {
    const match = form.pattern.exec(start);
    if (match !== null && (first === undefined || match.index < first.match.index)) first = { match, form };
  }
  if (first === undefined) return undefined;
  const at = timeOf(first.match, first.form, receivedAt);
  return at === undefined ? undefined : { at, end: first.match.index + first.match[0].length };
}

function timeOf(match: RegExpExecArray, { groups, half, zone }: Form, receivedAt: Timestamp) {
  const [yearGroup, monthGroup, dayGroup, hourGroup] = groups;
  const number = (group: number): number => Number(match[group]);
  const monthText = match[monthGroup] ?? '';
  const month = /^\d/.test(monthText) ? Number(monthText) : MONTHS.indexOf(monthText) / 3 + 1;
  const suffix = half === undefined ? undefined : match[half];
  const hour =
    suffix === undefined ? number(hourGroup) : (number(hourGroup) % 12) + (suffix === 'PM' ? 12 : 0);
  const inYear = (year: number) =>
    utcTime(year, month, number(dayGroup), hour, number(hourGroup + 1), number(hourGroup + 2));
  const fraction = Math.floor(Number(`0.${match[hourGroup + 3] ?? 0}`) * 1_000);
  const zoneText = zone === undefined ? undefined : match[zone];
  const offset = zoneText === undefined || zoneText === 'UTC' ? 0 : zoneOffset(zoneText);
  let at: Timestamp | undefined;
  if (yearGroup === undefined) {
    const year = new Date(receivedAt).getUTCFullYear();
    const latest = receivedAt + DAY_MS;
    at = [year + 1, year, year - 1, year - 2, year - 3, year - 4]
      .map(inYear)
      .find((one) => (one ?? latest) < latest);
  } else {
    const year = number(yearGroup);
    at = inYear(year < 100 ? 2000 + year : year);
  }
  return at === undefined ? undefined : parseTime(at + fraction - offset);
}
