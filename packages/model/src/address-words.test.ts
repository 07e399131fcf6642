import { isIPv4, isIPv6 } from 'node:net';
import { expect, test } from 'vitest';
import { formatIPv4, formatIPv6, parseAddressWords } from './address-words.ts';
import { seededRandom } from './random.ts';

const SEED = 20_261_122;
const INPUTS = 1_000_000;
const ALPHABET = '0123456789abcdefABCDEF:.:.:.::/%[] xg-+\u0660\u{1f600}';

/** By splitting, for text that Node holds to be an address: as 32-bit words, an IPv4-mapped one as IPv4. */
function wordsByTheBook(text: string): readonly number[] {
  const octets = (v4: string): number => v4.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  if (isIPv4(text)) return [octets(text)];
  const plain = text.replace(/[\d.]+\.\d+$/, (v4) => {
    const value = octets(v4);
    return `${Math.floor(value / 65_536).toString(16)}:${(value % 65_536).toString(16)}`;
  });
  const [left = '', right] = plain.split('::');
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const tail = right === undefined ? [] : groups(right);
  const head = groups(left);
  const all = [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
  const words = [0, 2, 4, 6].map((i) => (all[i] as number) * 65_536 + (all[i + 1] as number));
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff ? words.slice(3) : words;
}

test(`a million damaged addresses are read as Node reads them (seed ${SEED})`, { timeout: 120_000 }, () => {
  const random = seededRandom(SEED);
  const below = (limit: number): number => Math.floor(random.next() * limit);
  const word = (): number => [0, 0xffff, 0x2001_0db8, below(0x1_0000_0000)][below(4)] as number;
  const sound = (): string => {
    switch (below(4)) {
      case 0:
        return formatIPv4(word());
      case 1:
        return `::${below(2) === 0 ? 'ffff:' : ''}${formatIPv4(word())}`;
      default:
        return formatIPv6(word(), word(), word(), word());
    }
  };
  const damaged = (): string => {
    let text = sound();
    for (let times = below(3); times > 0; times--) {
      const at = below(text.length + 1);
      const put = below(3) === 0 ? '' : (ALPHABET[below(ALPHABET.length)] as string);
      text = text.slice(0, at) + put + text.slice(at + below(2));
    }
    return text;
  };
  const out = new Uint32Array(4);
  const wrong: string[] = [];
  let read = 0;
  for (let i = 0; i < INPUTS; i++) {
    const text = damaged();
    const family = parseAddressWords(text, out);
    const isAddress = isIPv4(text) || (isIPv6(text) && !text.includes('%'));
    if (family === 0 || !isAddress) {
      if ((family !== 0) !== isAddress) wrong.push(text);
      continue;
    }
    read++;
    const words = wordsByTheBook(text);
    if (family !== (words.length === 1 ? 4 : 6) || words.some((each, at) => each !== out[at]))
      wrong.push(text);
  }
  expect(wrong.slice(0, 20)).toEqual([]);
  expect(read).toBeGreaterThan(INPUTS / 4);
  expect(read).toBeLessThan((INPUTS * 3) / 4);
});

test('a part of a text is read as the part alone would be', () => {
  const out = new Uint32Array(4);
  expect(parseAddressWords('x192.0.2.1/24', out, 1, 10)).toBe(4);
  expect(out[0]).toBe(0xc000_0201);
  expect(parseAddressWords('192.0.2.10', out, 0, 9)).toBe(4);
  expect(out[0]).toBe(0xc000_0201);
  for (const text of ['192.0.2.1/', '192.0.2.', '192.0.2.1.', '192.0.2', '1.2.3.4.5']) {
    expect(parseAddressWords(text, out), text).toBe(0);
  }
});
