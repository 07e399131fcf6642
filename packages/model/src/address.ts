import { formatIPv4, formatIPv6, parseAddressWords } from './address-words.ts';
import { Result } from './result.ts';

declare const brand: unique symbol;

/** One IPv4 or IPv6 address in canonical text (RFC 5952; IPv4-mapped IPv6 is IPv4). */
export type Address = string & { readonly [brand]: 'Address' };

export interface AddressError {
  readonly kind: 'not_an_address';
  readonly input: string;
  readonly message: string;
}

const words = new Uint32Array(4);

function canonical(family: 4 | 6): Address {
  const [w0, w1, w2, w3] = words as unknown as [number, number, number, number];
  return (family === 4 ? formatIPv4(w0) : formatIPv6(w0, w1, w2, w3)) as Address;
}

function refusal(input: string): Result<never, AddressError> {
  const shown = JSON.stringify(input.length > 60 ? `${input.slice(0, 60)}…` : input);
  const message = `${shown} is not an IP address; expected something like 192.0.2.1 or 2001:db8::1`;
  return Result.err({ kind: 'not_an_address', input, message });
}

export const Address: {
  /** Strict: a bare address, nothing around it. */
  readonly parse: (text: string) => Result<Address, AddressError>;
  /** Takes what logs and sensors write as well: surrounding blanks, `[…]`, a port, a `/length`, a `%zone`. */
  readonly parseLenient: (text: string) => Result<Address, AddressError>;
  readonly family: (address: Address) => 4 | 6;
} = Object.freeze({
  parse(text: string) {
    const family = parseAddressWords(text, words);
    return family === 0 ? refusal(text) : Result.ok(canonical(family));
  },

  parseLenient(text: string) {
    // Mostly there is nothing around it.
    const plain = parseAddressWords(text, words);
    if (plain !== 0) return Result.ok(canonical(plain));
    if (text.length > 256) return refusal(text);
    let bare = text.trim();
    if (bare.startsWith('[')) {
      const close = bare.indexOf(']');
      if (close < 0) return refusal(text);
      bare = bare.slice(1, close);
    } else if (/^[\d.]+:\d{1,5}$/.test(bare)) bare = bare.slice(0, bare.indexOf(':'));
    const cut = bare.search(/[/%]/);
    if (cut >= 0) bare = bare.slice(0, cut);
    const family = parseAddressWords(bare, words);
    return family === 0 ? refusal(text) : Result.ok(canonical(family));
  },

  family: (address: Address) => (address.includes(':') ? 6 : 4),
});
