import { formatIPv4, formatIPv6, Prefix } from '@aegis/model';

/** First and last address of a range, each as an {@link addressKey}. */
export interface KeyRange {
  readonly first: Uint8Array;
  readonly last: Uint8Array;
}

/** The range of an address or prefix; undefined where the text is neither. IPv4 stands at `::ffff:0:0/96`. */
export function keyRange(text: string): KeyRange | undefined {
  const parsed = Prefix.parse(text);
  if (!parsed.ok) return undefined;
  const { family, words, length } = Prefix.parts(parsed.value);
  const first = new Uint8Array(16);
  const view = new DataView(first.buffer);
  const inV6 = family === 4 ? [0, 0, 0xffff, words[0]] : words;
  for (const [i, word] of inV6.entries()) view.setUint32(i * 4, word);
  const last = first.slice();
  for (let bit = family === 4 ? 96 + length : length; bit < 128; bit++) {
    last[bit >> 3] = (last[bit >> 3] as number) | (0x80 >> (bit & 7));
  }
  return { first, last };
}

/** The address as 16 bytes that sort as addresses do, so that a prefix is a range. */
export function addressKey(address: string): Uint8Array | undefined {
  return address.includes('/') ? undefined : keyRange(address)?.first;
}

export function addressOfKey(key: Uint8Array): string {
  const view = new DataView(key.buffer, key.byteOffset, 16);
  const [a, b, c, d] = [0, 4, 8, 12].map((at) => view.getUint32(at)) as [number, number, number, number];
  return a === 0 && b === 0 && c === 0xffff ? formatIPv4(d) : formatIPv6(a, b, c, d);
}
