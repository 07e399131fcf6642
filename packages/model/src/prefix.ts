import { formatIPv4, formatIPv6, parseAddressWords } from './address-words.ts';
import { Result } from './result.ts';

declare const brand: unique symbol;

/** An address prefix in canonical text: `192.0.2.0/24`, host bits cleared. A single address is a /32 or /128. */
export type Prefix = string & { readonly [brand]: 'Prefix' };

export interface PrefixError {
  readonly kind: 'not_a_prefix';
  readonly input: string;
  readonly message: string;
}

/** A prefix as numbers. For IPv4 only `words[0]` counts and `length` is 0-32. */
export interface PrefixParts {
  readonly family: 4 | 6;
  readonly words: readonly [number, number, number, number];
  readonly length: number;
}

const scratch = new Uint32Array(4);

function masked(word: number, index: number, length: number): number {
  const bits = length - index * 32;
  if (bits >= 32) return word;
  return bits <= 0 ? 0 : (word & (0xffff_ffff << (32 - bits))) >>> 0;
}

function parts(text: string): PrefixParts | undefined {
  const slash = text.indexOf('/');
  const end = slash < 0 ? text.length : slash;
  const family = parseAddressWords(text, scratch, 0, end);
  if (family === 0) return undefined;
  const mapped = family === 4 && text.includes(':');
  let length = family === 4 ? 32 : 128;
  if (slash >= 0) {
    const digits = text.slice(slash + 1);
    if (!/^(0|[1-9]\d{0,2})$/.test(digits)) return undefined;
    length = Number(digits) - (mapped ? 96 : 0);
    if (length < 0 || length > (family === 4 ? 32 : 128)) return undefined;
  }
  const [a, b, c, d] = scratch as unknown as [number, number, number, number];
  const words =
    family === 4
      ? ([masked(a, 0, length), 0, 0, 0] as const)
      : ([masked(a, 0, length), masked(b, 1, length), masked(c, 2, length), masked(d, 3, length)] as const);
  return { family, words, length };
}

function format({ family, words, length }: PrefixParts): Prefix {
  return `${family === 4 ? formatIPv4(words[0]) : formatIPv6(...words)}/${length}` as Prefix;
}

export const Prefix: {
  /** Takes `address/length` or a bare address; host bits are cleared. */
  readonly parse: (text: string) => Result<Prefix, PrefixError>;
  readonly parts: (prefix: Prefix) => PrefixParts;
  readonly format: (parts: PrefixParts) => Prefix;
  /** Whether it holds exactly one address. */
  readonly isHost: (prefix: Prefix) => boolean;
} = Object.freeze({
  parse(text: string) {
    const parsed = parts(text);
    if (parsed !== undefined) return Result.ok(format(parsed));
    const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
    const message = `${shown} is not an address prefix; expected something like 192.0.2.0/24 or 2001:db8::/32`;
    return Result.err({ kind: 'not_a_prefix', input: text, message } as const);
  },
  parts: (prefix: Prefix) => parts(prefix) as PrefixParts,
  format,
  isHost: (prefix: Prefix) => prefix.endsWith(prefix.includes(':') ? '/128' : '/32'),
});
