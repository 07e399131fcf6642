import { expect, test } from 'vitest';
import { classifyPayload } from '../classify-payload.ts';
import { ADDRESS_SPELLINGS } from './address-spellings.ts';
import { COMMAND_SPELLINGS } from './command-spellings.ts';
import { ENCODINGS } from './encodings.ts';
import { SCRIPT_SPELLINGS } from './script-spellings.ts';
import { dollars } from './spelling.ts';
import { SQL_SPELLINGS } from './sql-spellings.ts';
import { TEMPLATE_SPELLINGS } from './template-spellings.ts';

// What each language lets one write differently, applied to what is the same attack. The lists come from the
// grammars, not from any collection of payloads.
const GRAMMARS = [
  ...SQL_SPELLINGS,
  ...COMMAND_SPELLINGS,
  ...SCRIPT_SPELLINGS,
  ...ADDRESS_SPELLINGS,
  ...TEMPLATE_SPELLINGS,
];

test.each(GRAMMARS)('$name', ({ part, texts, types }) => {
  const seen = dollars(texts).map((text) => ({
    text,
    found: classifyPayload(text, { place: 'query', part }).map((finding) => finding.attackType),
  }));
  expect(seen.filter(({ found }) => found.length === 0).map(({ text }) => text)).toEqual([]);
  const named = seen.filter(({ found }) => found.some((type) => types.includes(type)));
  expect(named.length / seen.length).toBeGreaterThanOrEqual(0.98);
});

/** One of each family, which says what it is without any help. */
const PLAIN: readonly string[] = [
  "1' or 1=1-- -",
  "1' union select 1,version(),3-- -",
  "admin'-- -",
  '1; drop table users-- -',
  "1' and extractvalue(1,concat(0x7e,user()))-- -",
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  "';alert(document.cookie);//",
  '; cat /etc/passwd',
  '| whoami',
  '$(sleep 10)',
  '&& ping -c 3 127.0.0.1',
  '../../../../etc/passwd',
  '..\\..\\windows\\win.ini',
  'php://filter/convert.base64-encode/resource=index.php',
  '{{7*7}}',
  '§{jndi:ldap://x.example/a}',
  "{{''.__class__.__mro__}}",
  '<?php system($_GET[1]); ?>',
  'O:8:"stdClass":1:{s:1:"a";i:1;}',
  '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><r>&x;</r>',
  '*)(uid=*))(|(uid=*',
  '{"$where":"sleep(1000)"}',
  "' || this.password.match(/.*/)//",
  'http://169.254.169.254/latest/meta-data/',
];

test.each(ENCODINGS)('%s hides nothing', (_, encode) => {
  const missed = dollars(PLAIN).filter(
    (text) => classifyPayload(encode(text), { place: 'query', part: 'q' }).length === 0,
  );
  expect(missed).toEqual([]);
});
