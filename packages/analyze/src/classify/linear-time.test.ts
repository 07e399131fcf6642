import { expect, test } from 'vitest';
import { classifyPayload } from './classify-payload.ts';
import { decodeLayers } from './decode-layers.ts';

/** Pieces at which some pattern, lexer or decoder begins to look further. */
const REPEATED: readonly string[] = [
  "'",
  '"',
  '(',
  ';',
  '|',
  '`',
  '<',
  '<a b=',
  '<script',
  'on',
  'onx=',
  '${',
  '${${',
  '{{',
  '%25',
  '&#',
  '\\u0041',
  '0x2e',
  '..',
  '../',
  '/etc/',
  'http://',
  'or (',
  'or 1',
  '1||1',
  'not ',
  'select a,',
  '/*',
  '-- ',
  '\r\n',
  'sleep(',
  'char(1)+',
  '$(',
  '() {',
  '(|(',
  '<!entity "',
  'cat /',
  'wget -a ',
  ';echo a',
  '|set',
  '\\n',
  "a'b'",
  'c^',
  '$@',
  'uni/**/on ',
  'aunionb',
  '`',
  "'||'",
  "',1",
  "'a'.",
  '(~a',
  'chr(1).',
  '//a[',
  'count(/',
  'child::',
  '[[',
  '[%',
  '{{#if ',
  '<%',
  '$a.getclass',
  '#set',
  '![]',
  'window[',
  '__proto__',
  '["java',
  '<!doctype a[',
  '<!doctype ',
  '<xsl:',
  ')(',
  '\\28',
  '*)',
  '\r\na-b',
  '/?url=&',
  'http://a@',
  '//\t',
  '0x7f.',
  '[::',
  'echo a',
  ';a -b ',
  ';$a',
  '/???/',
  ' ',
  '\0',
  '%n',
  '%x.',
  '=a|',
  "|'",
  '=image(',
  '{__type(',
  '__schema',
  'eyJ',
  'eyJhIjoxfQ.',
  'H4sI',
  '+AD',
  '&AD',
  '@a',
  '/.a',
  '/backup',
  '.php.',
  '?url=//',
  '〱a',
  'a=b;$',
  '${a:1:',
  ';if a;then ',
  '>&a;<',
  '<a>&',
  '1e0or ',
  '1.union',
  'union#\n',
  '(a.(b).',
  "'a' ",
  '.burpcollaborator',
  '<a href=//b?',
  '"><b',
  'fetch("http:',
  'match (a) ',
  "{'a'|",
  '{{1*',
  '{{(((',
  'array_map(',
  "'a'^",
  'end(reset(',
  '; a-b ',
  "&('a'",
  '$a ',
  '--a\n',
  ' .1union',
  '<!element a ',
  '/*[1]',
  'BAhb',
];

/** What may stand in front of them, so that something is open that never closes. */
const OPENED = ['', "'", '<a b="', '{{', 'http://', '/*', '${'];

const SMALL = 8_192;
const LARGE = 32_768;
/** Four times the input: linear work takes four times as long, quadratic sixteen times. */
const WORST_RATIO = 11;
/** Less than this is noise, ms of CPU time; quadratic work on 32 KiB takes a second. */
const NOISE_MS = 80;
/** Other processes take caches and cores away now and then: the least of several runs tells what the work costs. */
const ATTEMPTS = 8;

/** CPU time of one run in ms. */
function cost(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function expectLinear(run: (length: number) => void): void {
  let large = Number.POSITIVE_INFINITY;
  let small = Number.POSITIVE_INFINITY;
  for (let n = 0; n < ATTEMPTS; n++) {
    large = Math.min(
      large,
      cost(() => run(LARGE)),
    );
    if (large < NOISE_MS) return;
    small = Math.min(
      small,
      cost(() => run(SMALL)),
    );
    if (large / small < WORST_RATIO) return;
  }
  expect(large / small).toBeLessThan(WORST_RATIO);
}

function repeated(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length));
}

test.each([...new Set(REPEATED)])('%j, again and again, costs time in proportion', (piece) => {
  for (const place of ['query', 'path', 'body', 'header', 'command'] as const)
    expectLinear((length) => {
      const found = classifyPayload(repeated(piece, length), { place, part: 'file' });
      expect(found.length).toBeLessThan(20);
    });
  for (const open of OPENED)
    expectLinear((length) => classifyPayload(open + repeated(piece, length), { place: 'query', part: 'q' }));
});

test.each([...new Set(REPEATED)])('%j, again and again, is decoded in proportion', (piece) => {
  expectLinear((length) => decodeLayers(repeated(piece, length), true));
});

test('the measure tells quadratic work from linear work', () => {
  const quadratic = (length: number): void => {
    let sum = 0;
    for (let i = 0; i < length; i++) for (let j = 0; j < length / 2; j++) sum += i ^ j;
    if (sum === 1) throw new Error('unreachable');
  };
  expect(() => expectLinear(quadratic)).toThrow();
});
