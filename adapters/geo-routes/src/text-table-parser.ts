import { parseAddressWords } from '@aegis/model';
import type { RouteSink } from './route-sink.ts';

const LONGEST_LINE = 1024;
const HIGHEST_AS = 0xffff_ffff;
const TOO_LONG: string = `is longer than ${LONGEST_LINE} characters`;
const SHOWN = 60;

/**
 * Reads a prefix-to-AS table piece by piece, one prefix a line, blanks between the columns:
 * `192.0.2.0 24 64496` (CAIDA pfx2as) or `192.0.2.0/24 64496` (pyasn and others, `AS64496` too). Of several
 * origins `64496_64497` the first counts, which is the one most seen; a set `64496,64497` names none. What follows
 * `;` or `#` is a comment.
 */
export class TextTableParser {
  readonly #sink: RouteSink;
  #rest = '';
  #line = 0;
  readonly #words: Uint32Array = new Uint32Array(4);

  constructor(sink: RouteSink) {
    this.#sink = sink;
  }

  /** True: no line keeps the next ones from being read. */
  push(chunk: Buffer): boolean {
    const text = this.#rest + chunk.toString('latin1');
    let at = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
      this.#read(text.slice(at, end));
      at = end + 1;
    }
    this.#rest = text.slice(at);
    if (this.#rest.length > LONGEST_LINE) {
      // Enough to be seen as too long; what else comes of the line is not kept.
      this.#rest = this.#rest.slice(0, LONGEST_LINE + 1);
    }
    return true;
  }

  end(): boolean {
    if (this.#rest !== '') this.#read(this.#rest);
    return true;
  }

  #read(line: string): void {
    this.#line++;
    const trouble = line.length > LONGEST_LINE ? TOO_LONG : this.#route(line);
    if (trouble !== undefined) this.#sink.mistake(`line ${this.#line}: ${trouble}`);
  }

  /** What is wrong with a line, in words. */
  #route(line: string): string | undefined {
    const comment = line.search(/[;#]/);
    const fields = (comment < 0 ? line : line.slice(0, comment)).trim().split(/[\s/]+/, 4);
    if (fields[0] === '') return undefined;
    const [address = '', digits = '', origins = '', more] = fields;
    const family = parseAddressWords(address, this.#words);
    const mapped = family === 4 && address.includes(':') ? 96 : 0;
    const length = /^\d{1,3}$/.test(digits) ? Number(digits) - mapped : -1;
    const longest = family === 4 ? 32 : 128;
    if (family === 0 || length < 0 || length > longest || origins === '' || more !== undefined) {
      const shown = JSON.stringify(line.slice(0, SHOWN));
      return `expected a prefix and an AS number as in 192.0.2.0/24 64496, found ${shown}`;
    }
    const origin = originOf(origins);
    if (origin === undefined) return `${JSON.stringify(origins.slice(0, SHOWN))} is no AS number`;
    clearHostBits(this.#words, length);
    if (origin === 0) this.#sink.unknown();
    else this.#sink.route(family, this.#words, length, origin);
    return undefined;
  }
}

/** 0 where several are as good; undefined where it cannot be read. */
function originOf(text: string): number | undefined {
  const first = text.split('_', 1)[0] as string;
  if (/^\{?\d{1,10}(?:,\d{1,10})+\}?$/.test(first)) return 0;
  const digits = /^(?:AS)?(\d{1,10})$/i.exec(first)?.[1];
  if (digits === undefined || Number(digits) > HIGHEST_AS) return undefined;
  return Number(digits);
}

function clearHostBits(words: Uint32Array, length: number): void {
  for (let i = 0; i < 4; i++) {
    const bits = Math.min(32, Math.max(0, length - 32 * i));
    words[i] = bits === 0 ? 0 : (words[i] as number) & (0xffff_ffff << (32 - bits));
  }
}
