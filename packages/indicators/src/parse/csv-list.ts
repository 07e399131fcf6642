import { normaliseIndicator } from '../normalise.ts';
import type { ColumnRole, Details, FeedParser, Findings } from './feed-format.ts';
import { confidenceOf, timeOf } from './json-values.ts';
import { splitRecord } from './split-record.ts';
import { statedScope } from './stated-scope.ts';

export interface CsvOptions {
  /** What each column holds. Without it the titles tell, and without titles the first column with an indicator. */
  readonly columns?: readonly ColumnRole[];
}

/** Titles by what they say, in lower case with `_` for everything but letters and digits. */
const ROLES: readonly (readonly [ColumnRole, RegExp])[] = [
  [
    'value',
    /^(ioc(_value)?|indicator(_value)?|value|(dst|src)?_?ip(_address)?|address|cidr|prefix|network|host(name)?|domain|url|sha256(_hash)?|ja3_md5)$/,
  ],
  ['type', /^((ioc|indicator|value)_)?type$/],
  ['confidence', /^(confidence(_level)?|score)$/],
  [
    'seen',
    /^(last_(seen|online)(_utc)?|listing_?date|listingdate|date_?added|dateadded|first_seen(_utc)?|timestamp|date)$/,
  ],
  ['expires', /^(expires?(_at)?|expiration|valid_until)$/],
  [
    'about',
    /^(malware(_printable)?|malware_family|threat(_type)?|signature|listing_?reason|listingreason|reason|description|comment|tags?)$/,
  ],
];
const COMMENT = /^(?:#|;(?!;)|\/\/)/;
const DELIMITERS = [',', ';', '\t', '|'] as const;

/** Comma, semicolon, tab or bar: the one of which the first record has most. */
export function delimiterOf(record: string): string {
  const count = (delimiter: string): number => record.split(delimiter).length;
  return DELIMITERS.reduce((best, each) => (count(each) > count(best) ? each : best));
}

/** CSV with a line a record, comments after `#`; titles in the first record, or in the last comment before it. */
export function csvList(findings: Findings, { columns }: CsvOptions = {}): FeedParser {
  let roles: readonly ColumnRole[] | undefined = columns;
  let stated: string | undefined;
  let delimiter = '';
  let comment = '';

  function record(text: string, number: number): void {
    if (delimiter === '') delimiter = delimiterOf(text);
    const fields = splitRecord(text, delimiter);
    if (fields === undefined) {
      findings.refused(number, 'a quote that is not closed', text);
      return;
    }
    if (roles === undefined) {
      const titles = rolesOf(fields);
      if (titles.roles.includes('value')) {
        ({ roles, stated } = titles);
        return;
      }
      const commented = rolesOf(splitRecord(comment, delimiter) ?? []);
      if (commented.roles.includes('value')) ({ roles, stated } = commented);
      else {
        const first = fields.findIndex((field) => normaliseIndicator(field).ok);
        if (first < 0) {
          findings.refused(number, 'no column with an indicator', text);
          return;
        }
        roles = fields.map((_, index) => (index === first ? 'value' : '-'));
      }
    }
    const at = (role: ColumnRole): string | undefined => {
      const index = roles?.indexOf(role) ?? -1;
      return index < 0 ? undefined : fields[index];
    };
    const value = at('value');
    if (value === undefined || value === '') {
      findings.refused(number, 'nothing in the column of indicators', text);
      return;
    }
    findings.found(number, value, statedScope(at('type') ?? stated ?? ''), detailsOf(at));
  }

  return {
    line(text, number) {
      const entry = text.trim();
      if (entry === '') return;
      if (COMMENT.test(entry)) comment = entry.replace(/^[#;/\s]+/, '');
      else record(entry, number);
    },
    end() {},
  };
}

function detailsOf(at: (role: ColumnRole) => string | undefined): Details {
  const confidence = confidenceOf(at('confidence'));
  const seen = timeOf(at('seen'));
  const expires = timeOf(at('expires'));
  const about = at('about');
  return {
    ...(confidence === undefined ? {} : { confidence }),
    ...(seen === undefined ? {} : { seen }),
    ...(expires === undefined ? {} : { expires }),
    ...(about === undefined || about === '' ? {} : { about }),
  };
}

/** Each role goes to the first column whose title claims it. */
function rolesOf(titles: readonly string[]): { roles: readonly ColumnRole[]; stated: string | undefined } {
  const given = new Set<ColumnRole>();
  let stated: string | undefined;
  const roles = titles.map((title): ColumnRole => {
    const name = title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_|_$/g, '');
    const role = ROLES.find(([each, pattern]) => !given.has(each) && pattern.test(name))?.[0];
    if (role === undefined) return '-';
    given.add(role);
    // A column that is named for a kind of indicator holds that kind.
    if (role === 'value') stated = /ja3/.test(name) ? 'ja3' : undefined;
    return role;
  });
  return { roles, stated };
}
