import { Result } from '@aegis/model';
import type { FeedFormat } from './feed-format.ts';
import { isObject, objectOf } from './json-values.ts';

export interface Detected {
  readonly format: FeedFormat;
  /** In words, for the operator. */
  readonly why: string;
}

/** Text that is looked at to tell the format. */
export const DETECTION_SAMPLE = 65_536;

const LINE_RULES: readonly { readonly format: FeedFormat; readonly line: RegExp; readonly why: string }[] = [
  { format: 'drop', line: /^[0-9a-f.:]+\/\d+\s*;\s*SBL/i, why: 'prefixes with "; SBL…" after them' },
  {
    format: 'hosts',
    line: /^(?:0\.0\.0\.0|127\.0\.0\.1|::1?|fe80::1%lo0|255\.255\.255\.255)\s+\S/,
    why: 'names after 0.0.0.0 or 127.0.0.1, as in a hosts file',
  },
  { format: 'ipsum', line: /^[0-9a-f.:]+\t\d{1,6}$/, why: 'addresses with a count after a tab' },
  {
    format: 'csv',
    line: /^(?:"|[^,;|\t]+[,;|\t]\s*\S?.*[,;|\t]|[^,;|\t\s]+[,;|]\s*[^,;|\t\s])/,
    why: 'fields with the same delimiter on most lines',
  },
];

/**
 * Which format a feed is in, from its beginning. The error says why it is none, such as a web page where a list
 * should be.
 */
export function detectFormat(sample: string): Result<Detected, string> {
  const text = sample
    .slice(0, DETECTION_SAMPLE)
    .replace(/^\ufeff/, '')
    .trimStart();
  if (text === '') return Result.err('there is nothing in it');
  if (/^<(?:!doctype|html|head|body|\?xml|!--)/i.test(text))
    return Result.err('it is a web page, not a list; is this the address of the list itself?');
  if (text.includes('\u0000')) return Result.err('it is binary, not text');
  if (/^[[{]/.test(text) && !/^\[[0-9a-fA-F:.]+\]/.test(text)) return detectJson(text);
  const lines = text
    .split(/\r?\n/)
    .slice(0, -1)
    .concat(text.length < DETECTION_SAMPLE ? [text.slice(text.lastIndexOf('\n') + 1)] : [])
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(?:#|;|\/\/)/.test(line))
    .slice(0, 200);
  for (const { format, line, why } of LINE_RULES) {
    const fitting = lines.filter((each) => line.test(each)).length;
    if (lines.length > 0 && fitting * 5 >= lines.length * 4) return Result.ok({ format, why });
  }
  return Result.ok({ format: 'plain', why: 'one entry a line' });
}

function detectJson(text: string): Result<Detected, string> {
  const end = text.indexOf('\n');
  const first = objectOf(end < 0 ? text : text.slice(0, end));
  const members = isObject(first) ? first : {};
  const has = (name: string): boolean => Object.hasOwn(members, name);
  if (has('cidr') || has('asn'))
    return Result.ok({ format: 'drop_json', why: 'JSON lines with "cidr" or "asn"' });
  if (/"type"\s*:\s*"(?:bundle|indicator)"|"spec_version"\s*:|"pattern_type"\s*:/.test(text))
    return Result.ok({ format: 'stix', why: 'STIX objects' });
  if (/"(?:Event|Attribute)"\s*:/.test(text)) return Result.ok({ format: 'misp', why: 'MISP events' });
  return Result.err(
    'it is JSON of a kind that is not known here; STIX 2.1, MISP events and Spamhaus JSON lines are',
  );
}
