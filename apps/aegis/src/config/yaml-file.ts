import { Result } from '@aegis/model';
import { Composer, type CST, type Document, isMap, isScalar, isSeq, LineCounter, Parser } from 'yaml';
import type { ConfigError } from './config-error.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import type { KeyPath } from './setting-tree.ts';
import { showText } from './show-value.ts';

/** The largest config file that is read, bytes. Parsing the worst of this size takes seconds, not more. */
export const CONFIG_FILE_LIMIT: number = 1024 * 1024;

/** Sections and lists within one another; a deeper file would exhaust the stack of whoever walks it. */
const DEEPEST = 32;

/** Syntax errors after these are not told: they mostly follow from the first. */
const MOST_ERRORS = 20;

interface Position {
  readonly line: number;
  readonly column: number;
}

/** A YAML file as plain data: objects without a prototype, arrays, and scalars. */
export interface YamlFile {
  /** Its top-level mapping, empty for an empty file. */
  readonly tree: Readonly<Record<string, unknown>>;
  /** Where a key or value stands; that of the nearest enclosing one where there is none. */
  readonly locate: (path: KeyPath, which: 'key' | 'value') => Position;
}

/**
 * Reads the YAML that a config needs: one document, text keys, no anchors, aliases, merges or tags. All errors
 * of a file at once, each with its position.
 */
export function readYamlFile(
  file: string,
  bytes: Uint8Array,
  words: YamlWords = CONFIG_WORDS,
): Result<YamlFile, readonly ConfigError[]> {
  const decoded = decodeUtf8(bytes);
  if (!decoded.ok) {
    const { message, line, column } = decoded.error;
    return Result.err([{ kind: 'syntax', message, origin: { kind: 'file', file, line, column } }]);
  }
  return new YamlReader(file, words).read(decoded.value);
}

/** How the errors speak of the file. */
export interface YamlWords {
  /** `a config`. */
  readonly what: string;
  /** How one begins, in quotes. */
  readonly beginning: string;
}

const CONFIG_WORDS: YamlWords = Object.freeze({
  what: 'a config',
  beginning: '"log:" with "level: info" below it',
});

interface Spot {
  readonly key: Position;
  readonly value: Position;
}

const START: Position = Object.freeze({ line: 1, column: 1 });

class YamlReader {
  readonly #file: string;
  readonly #words: YamlWords;
  readonly #lines = new LineCounter();
  readonly #errors: ConfigError[] = [];
  readonly #spots = new Map<string, Spot>();

  constructor(file: string, words: YamlWords) {
    this.#file = file;
    this.#words = words;
  }

  read(text: string): Result<YamlFile, readonly ConfigError[]> {
    const tree = this.#compose(text);
    if (tree === undefined || this.#errors.length > 0) return Result.err(this.#errors.slice(0, MOST_ERRORS));
    const spots = this.#spots;
    return Result.ok({
      tree,
      locate(path, which) {
        for (let length = path.length; length > 0; length--) {
          const spot = spots.get(JSON.stringify(path.slice(0, length)));
          if (spot !== undefined) return length === path.length ? spot[which] : spot.value;
        }
        return START;
      },
    });
  }

  #compose(text: string): Readonly<Record<string, unknown>> | undefined {
    const tokens = [...new Parser(this.#lines.addNewLine).parse(text)];
    const deep = tokens.map(tooDeep).find((offset) => offset !== undefined);
    if (deep !== undefined) {
      this.#fail(deep, `nested deeper than ${DEEPEST} levels`);
      return undefined;
    }
    // Unique keys are looked after below: the library compares each key with all others.
    const options = { version: '1.2', schema: 'core', uniqueKeys: false, stringKeys: true } as const;
    const [document, second] = new Composer(options).compose(tokens, true, text.length);
    if (document === undefined) return undefined;
    if (second !== undefined)
      this.#fail(second.range[0], `a second document begins here; ${this.#words.what} has one`);
    for (const { pos, message } of [...document.errors, ...document.warnings]) this.#fail(pos[0], message);
    return this.#errors.length > 0 ? undefined : this.#top(document);
  }

  #top(document: Document): Readonly<Record<string, unknown>> | undefined {
    const { contents } = document;
    if (contents === null || (isScalar(contents) && contents.value === null)) return Object.create(null);
    if (isMap(contents)) return this.#plain(contents, []) as Readonly<Record<string, unknown>>;
    this.#fail(contents.range?.[0] ?? 0, `expected sections and keys, such as ${this.#words.beginning}`);
    return undefined;
  }

  #plain(node: unknown, path: KeyPath): unknown {
    if (node === null) return null;
    this.#refuseProperties(node);
    if (isMap(node)) {
      const object: Record<string, unknown> = Object.create(null);
      for (const { key, value } of node.items) this.#member(object, key, value, path);
      return object;
    }
    if (isSeq(node)) {
      return node.items.map((item, index) => {
        const at = this.#positionOf(item);
        this.#spots.set(JSON.stringify([...path, index]), { key: at, value: at });
        return this.#plain(item, [...path, index]);
      });
    }
    if (!isScalar(node)) {
      this.#failAt(node, 'aliases are not read here; write the value out');
      return null;
    }
    return node.value;
  }

  #refuseProperties(node: unknown): void {
    const { anchor, tag } = node as { readonly anchor?: string; readonly tag?: string };
    if (anchor !== undefined) this.#failAt(node, 'anchors are not read here; write the value out');
    if (tag !== undefined) this.#failAt(node, 'tags are not read here; write the value alone');
  }

  #member(object: Record<string, unknown>, key: unknown, value: unknown, path: KeyPath): void {
    if (!isScalar(key) || typeof key.value !== 'string') {
      this.#failAt(key, 'expected a name before ":"');
      return;
    }
    const name = key.value;
    const keyAt = this.#positionOf(key);
    if (Object.hasOwn(object, name)) {
      const first = this.#spots.get(JSON.stringify([...path, name]));
      this.#failAt(key, `${showText(name)} is here twice, first in line ${first?.key.line}; remove one`);
      return;
    }
    const inner = [...path, name];
    this.#spots.set(JSON.stringify(inner), {
      key: keyAt,
      value: value === null ? keyAt : this.#positionOf(value),
    });
    object[name] = this.#plain(value, inner);
  }

  #positionOf(node: unknown): Position {
    const { line, col } = this.#lines.linePos(offsetOf(node));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  #failAt(node: unknown, message: string): void {
    this.#fail(offsetOf(node), message);
  }

  #fail(offset: number, message: string): void {
    const { line, col } = this.#lines.linePos(offset);
    const origin = {
      kind: 'file',
      file: this.#file,
      line: Math.max(1, line),
      column: Math.max(1, col),
    } as const;
    this.#errors.push({ kind: 'syntax', message, origin });
  }
}

function offsetOf(node: unknown): number {
  return (node as { readonly range?: readonly number[] | null } | null)?.range?.[0] ?? 0;
}

/** The offset at which a token goes beyond {@link DEEPEST}. Walks with a list of its own, not the stack. */
function tooDeep(top: CST.Token): number | undefined {
  const waiting: (readonly [CST.Token, number])[] = [[top, 0]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [token, depth] = next;
    if (depth > DEEPEST) return token.offset;
    if (token.type === 'document') {
      if (token.value !== undefined) waiting.push([token.value, depth]);
    } else if ('items' in token) {
      for (const { key, value } of token.items) {
        if (key !== null && key !== undefined) waiting.push([key, depth + 1]);
        if (value !== undefined) waiting.push([value, depth + 1]);
      }
    }
  }
  return undefined;
}
