import { decodeBase64 } from './decode-base64.ts';
import { decodeEntities } from './decode-entities.ts';
import { decodeGzip } from './decode-gzip.ts';
import { decodeHex } from './decode-hex.ts';
import { decodeUnicodeEscapes } from './decode-unicode-escapes.ts';
import { decodeUrl } from './decode-url.ts';
import { decodeUtf7 } from './decode-utf7.ts';

/** A text after some encodings were peeled off. */
export interface DecodedLayer {
  readonly text: string;
  /** `gzip`, `base64`, `utf7`, `url`, `unicode`, `html`, `hex`; outermost first; empty for the text as sent. */
  readonly layers: readonly string[];
}

/** No decoder makes a text longer but gzip, which has a bound of its own: this bounds all the work. */
export const MAX_LAYERS = 5;

type Decoder = (text: string) => string;

/** In the order they are tried at each depth; each returns its argument where there is nothing to decode. */
const DECODERS: readonly (readonly [name: string, decode: Decoder])[] = [
  ['gzip', decodeGzip],
  ['base64', decodeBase64],
  ['utf7', decodeUtf7],
  ['url', (text) => decodeUrl(text, false)],
  ['unicode', decodeUnicodeEscapes],
  ['html', decodeEntities],
  ['hex', decodeHex],
];

/**
 * The text as sent and as it looks after each encoding, at most {@link MAX_LAYERS} deep. With `form` the first
 * URL layer also turns `+` into a blank, as in queries and forms.
 */
export function decodeLayers(text: string, form: boolean): readonly DecodedLayer[] {
  const views: DecodedLayer[] = [{ text, layers: [] }];
  let current: DecodedLayer = { text, layers: [] };
  for (let depth = 0; depth < MAX_LAYERS; depth++) {
    const next = peel(current, form && depth === 0);
    if (next === undefined) break;
    views.push(next);
    current = next;
  }
  return views;
}

function peel(from: DecodedLayer, form: boolean): DecodedLayer | undefined {
  for (const [name, decode] of DECODERS) {
    const text = name === 'url' ? decodeUrl(from.text, form) : decode(from.text);
    if (text !== from.text) return { text, layers: [...from.layers, name] };
  }
  return undefined;
}
