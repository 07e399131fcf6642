import type { Random } from '@aegis/model';

/** What parsers trip over. */
const HOSTILE: readonly Buffer[] = [
  ...[
    '__proto__',
    'constructor',
    '\0',
    '\r\n',
    '"',
    '\\',
    '\\u0000',
    '\\ud800',
    '[',
    '{',
    ']',
    '}',
    ':',
    ',',
    '&a *a',
  ],
  ...[
    '-',
    '- ',
    '#',
    '!!js/function',
    '<<: *x',
    '%',
    '%00',
    '..',
    '1e309',
    '-0',
    '9'.repeat(40),
    'null',
    'true',
    'NaN',
  ],
  ...[
    '[['.repeat(200),
    '{"a":'.repeat(200),
    '\u202e',
    '٣',
    '😀',
    ' '.repeat(300),
    '\n\n',
    '\t',
    'key: |2',
    '~',
    '@',
    '`',
  ],
].map((text) => Buffer.from(text));
const BYTES: readonly Buffer[] = [
  [0xff],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0x80],
  [0xff, 0xff, 0xff, 0xff],
  [0, 0, 0, 0],
].map((bytes) => Buffer.from(bytes));
const PIECES: readonly Buffer[] = [...HOSTILE, ...BYTES];
/** Of an input, so that pieces put in again and again do not make it endless. */
const LONGEST = 8_192;

/** One of the seeds with some damage: bytes changed, put in, taken out, doubled, and parts of another seed. */
export function mutate(seeds: readonly Buffer[], random: Random): Buffer {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.next() * items.length)] as T;
  let bytes = pick(seeds);
  const times = 1 + Math.floor(random.next() * 5);
  for (let i = 0; i < times; i++) bytes = damaged(bytes, pick, random, seeds);
  return bytes.subarray(0, LONGEST);
}

function damaged(
  bytes: Buffer,
  pick: <T>(items: readonly T[]) => T,
  random: Random,
  seeds: readonly Buffer[],
): Buffer {
  const place = (): number => Math.floor(random.next() * (bytes.length + 1));
  const at = place();
  const until = Math.min(bytes.length, at + Math.floor(random.next() * 24));
  const [before, within, after] = [bytes.subarray(0, at), bytes.subarray(at, until), bytes.subarray(until)];
  switch (Math.floor(random.next() * 7)) {
    case 0: {
      const changed = Buffer.from(bytes);
      if (at < bytes.length) changed[at] = Math.floor(random.next() * 256);
      return changed;
    }
    case 1:
      return Buffer.concat([before, pick(PIECES), within, after]);
    case 2:
      return Buffer.concat([before, pick(PIECES), after]);
    case 3:
      return Buffer.concat([before, after]);
    case 4:
      return Buffer.concat([before, within, within, after]);
    case 5: {
      const other = pick(seeds);
      return Buffer.concat([before, other.subarray(Math.floor(random.next() * (other.length + 1)))]);
    }
    default:
      return before;
  }
}
