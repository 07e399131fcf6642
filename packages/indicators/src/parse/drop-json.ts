import type { FeedParser, Findings } from './feed-format.ts';
import { objectOf, textOf } from './json-values.ts';

/** Spamhaus DROP and ASN-DROP as JSON lines: `{"cidr":"192.0.2.0/24","sblid":"SBL1234"}`, `{"asn":64496}`. */
export function dropJson({ found, refused }: Findings): FeedParser {
  return {
    line(text, number) {
      if (text.trim() === '') return;
      const entry = objectOf(text);
      if (entry === undefined) {
        refused(number, 'not a JSON object', text);
        return;
      }
      const { cidr, asn, sblid, asname, type } = entry;
      const about = textOf(sblid) ?? textOf(asname);
      const details = about === undefined ? {} : { about };
      if (typeof cidr === 'string') found(number, cidr, 'range', details);
      else if (typeof asn === 'number') found(number, String(asn), 'as', details);
      else if (type !== 'metadata') refused(number, 'neither "cidr" nor "asn"', text);
    },
    end() {},
  };
}
