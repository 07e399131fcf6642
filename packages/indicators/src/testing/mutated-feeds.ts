import type { Random } from '@aegis/model';

/** A piece of a feed in each format. */
const SAMPLES: readonly string[] = [
  '# x\n192.0.2.1\n198.51.100.0/24 ; a\nevil[.]example\nhxxp://b.example/x\n2001:db8::/32\n',
  '192.0.2.0/24 ; SBL1\n198.51.100.0/24 ; SBL2\n',
  '{"cidr":"192.0.2.0/24","sblid":"SBL1"}\n{"asn":64496}\n{"type":"metadata"}\n',
  '0.0.0.0 bad.example\n127.0.0.1 localhost\n',
  '192.0.2.1\t8\n192.0.2.2\t1\n',
  '# "ioc_value","ioc_type","confidence_level"\n"192.0.2.1:4", "ip:port", "75"\n"a.example","domain","1"\n',
  '{"Event":{"info":"x","Attribute":[{"type":"domain|ip","value":"a.example|192.0.2.1","to_ids":true}],"Object":[{"Attribute":[]}]}}\n',
  '{"type":"bundle","objects":[{"type":"indicator","id":"i--1","pattern":"[ipv4-addr:value = \'192.0.2.1\']","pattern_type":"stix","confidence":7}]}\n',
];

/** What parsers have stumbled over. */
const PIECES: readonly string[] = [
  '\n',
  '"',
  "'",
  ',',
  ';',
  '\t',
  '{',
  '}',
  '[',
  ']',
  '\u0000',
  '\ud800',
  '__proto__',
  '1e999',
  'null',
  '/33',
  '[.]',
  '\\',
  '999999999999',
  '\u202e',
  'true',
  '[]',
];

/** A sample with one to six damages: something put in, taken out, overwritten or repeated. */
export function mutatedFeed(random: Random): string {
  const below = (count: number): number => Math.floor(random.next() * count);
  let text = SAMPLES[below(SAMPLES.length)] as string;
  for (let changes = below(6); changes >= 0; changes--) {
    const at = below(text.length + 1);
    const kind = below(4);
    if (kind === 0) text = text.slice(0, at) + PIECES[below(PIECES.length)] + text.slice(at);
    else if (kind === 1) text = text.slice(0, at) + text.slice(at + below(8));
    else if (kind === 2) text = text.slice(0, at) + String.fromCharCode(below(0x250)) + text.slice(at + 1);
    else text += text.slice(below(text.length + 1), at);
  }
  return text;
}
