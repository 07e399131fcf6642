import { AegisError } from '@aegis/model';

/** A regular expression taken apart. */
export type PatternNode =
  | { readonly kind: 'char'; readonly set: (code: number) => boolean }
  | { readonly kind: 'sequence' | 'choice'; readonly items: readonly PatternNode[] }
  | PatternRepeat;

export interface PatternRepeat {
  readonly kind: 'repeat';
  readonly item: PatternNode;
  readonly min: number;
  /** Infinity where there is no bound. */
  readonly max: number;
}

/** Groups within one another. */
const MAX_DEPTH = 20;
const MAX_REPEAT = 256;

/** Throws AegisError `bad_pattern` that says at which character what cannot be. */
export function parsePattern({ source, ignoreCase, dotAll }: RegExp): PatternNode {
  return new Parser(source, ignoreCase, dotAll).whole();
}

class Parser {
  readonly #source: string;
  readonly #flags: string;
  readonly #dot: string;
  #at = 0;
  #depth = 0;

  constructor(source: string, ignoreCase: boolean, dotAll: boolean) {
    this.#source = source;
    this.#dot = dotAll ? '[^]' : '[^\\n\\r]';
    this.#flags = ignoreCase ? 'i' : '';
  }

  whole(): PatternNode {
    const node = this.#choice();
    if (this.#at < this.#source.length) throw this.#wrong('a ")" that nothing opened');
    return node;
  }

  #choice(): PatternNode {
    const items = [this.#sequence()];
    while (this.#take('|')) items.push(this.#sequence());
    return items.length === 1 ? (items[0] as PatternNode) : { kind: 'choice', items };
  }

  #sequence(): PatternNode {
    const items: PatternNode[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] as string))
      items.push(this.#repeated());
    return { kind: 'sequence', items };
  }

  #repeated(): PatternNode {
    const item = this.#atom();
    const match = /^(?:([*+?])|\{(\d{1,4})(?:(,)(\d{1,4})?)?\})(\??)/.exec(
      this.#source.slice(this.#at, this.#at + 14),
    );
    if (match === null) return item;
    this.#at += match[0].length;
    const [, sign, low, comma, high] = match;
    const min = sign === undefined ? Number(low) : sign === '+' ? 1 : 0;
    const unbounded = sign === undefined ? comma !== undefined && high === undefined : sign !== '?';
    const max = unbounded ? Number.POSITIVE_INFINITY : sign === '?' ? 1 : Number(high ?? low);
    if (min > MAX_REPEAT || (max > MAX_REPEAT && !unbounded) || max < min)
      throw this.#wrong(`a repetition ${match[0]}; at most ${MAX_REPEAT} times`);
    return { kind: 'repeat', item, min, max };
  }

  #atom(): PatternNode {
    const char = this.#source[this.#at] as string;
    if (char === '(') return this.#group();
    if (char === '^' || char === '$') throw this.#wrong(`"${char}": assertions`);
    if ('*+?'.includes(char)) throw this.#wrong(`"${char}" with nothing to repeat`);
    if (char === '[') return this.#class();
    if (char === '\\') return this.#escape();
    this.#at++;
    return this.#set(char === '.' ? this.#dot : /[{}\]/]/.test(char) ? `\\${char}` : char);
  }

  #group(): PatternNode {
    this.#at++;
    if (this.#source[this.#at] === '?') {
      if (!this.#source.startsWith('?:', this.#at)) throw this.#wrong('"(?": look-around and named groups');
      this.#at += 2;
    }
    if (++this.#depth > MAX_DEPTH) throw this.#wrong(`more than ${MAX_DEPTH} groups within one another`);
    const inner = this.#choice();
    if (!this.#take(')')) throw this.#wrong('a "(" that nothing closes');
    this.#depth--;
    return inner;
  }

  #class(): PatternNode {
    const match = /^\[(?:\\.|[^\]\\])*\]/s.exec(this.#source.slice(this.#at));
    if (match === null) throw this.#wrong('a "[" that nothing closes');
    this.#at += match[0].length;
    return this.#set(match[0]);
  }

  #escape(): PatternNode {
    const match = /^\\(?:[dDwWsStrnfv]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[^A-Za-z0-9])/.exec(
      this.#source.slice(this.#at),
    );
    if (match === null)
      throw this.#wrong(`"${this.#source.slice(this.#at, this.#at + 2)}": assertions and references`);
    this.#at += match[0].length;
    return this.#set(match[0]);
  }

  /** One character of a class, as the language itself reads it: nothing to backtrack in. */
  #set(one: string): PatternNode {
    const pattern = new RegExp(`^${one}$`, `s${this.#flags}`);
    const ascii = Uint8Array.from({ length: 128 }, (_, code) =>
      pattern.test(String.fromCharCode(code)) ? 1 : 0,
    );
    const set = (code: number): boolean =>
      code < 128 ? ascii[code] === 1 : pattern.test(String.fromCharCode(code));
    return { kind: 'char', set };
  }

  #take(char: string): boolean {
    if (this.#source[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #wrong(what: string): AegisError {
    const where = `/${this.#source}/, character ${this.#at + 1}`;
    return new AegisError(
      'bad_pattern',
      `${where}: ${what} cannot be run in linear time or are not understood`,
    );
  }
}
