import { type Decision, formatIPv4, Prefix, type Timestamp } from '@aegis/model';
import type { DecisionKind } from './decision-kind.ts';
import { newKind } from './decision-kind.ts';
import { granularityOf } from './granularity.ts';
import { RecentTexts } from './recent-texts.ts';

/** The end of a chain. */
export const NO_ROW = -1;

/** Float64 and Int32 words of a row: created, expires; then kind, next. */
const DOUBLES = 3;
const INTS = 6;
const KIND = 4;
const NEXT = 5;

/** Texts of a row: id, reason, source; and the value, which may be a number. */
const TEXTS = 4;
const ID = 0;
const REASON = 1;
const SOURCE = 2;
const VALUE = 3;

/** What decisions share, as far as scores go. */
interface SharedKind extends DecisionKind {
  readonly key: string;
  readonly weight: number;
  readonly granularity: number;
  /** Prefix length of an IPv4 value, which the row keeps as a number; -1: it keeps a text. */
  readonly ipv4Length: number;
  /** Rows of it. */
  uses: number;
}

/**
 * Decisions as rows of columns, numbered from 0. What a check reads lies side by side in 24 bytes; what many
 * decisions share is kept once; an IPv4 value is a number. A row has a `next`, for chains of rows, which is the
 * user's.
 */
export class DecisionRows {
  #doubles: Float64Array = new Float64Array(16 * DOUBLES);
  #ints: Int32Array = new Int32Array(this.#doubles.buffer);
  #end = 0;
  /** A chain of rows to be used again. */
  #free: number = NO_ROW;
  readonly #kinds: SharedKind[] = [];
  readonly #freeKinds: number[] = [];
  readonly #kindNumbers: Map<string, number> = new Map();
  readonly #texts: (string | number)[] = [];
  readonly #sessions: Map<number, string> = new Map();
  readonly #recent: RecentTexts = new RecentTexts();

  add(decision: Decision): number {
    const row = this.#take();
    const kind = this.#kindNumberOf(decision);
    (this.#kinds[kind] as SharedKind).uses++;
    this.#doubles[row * DOUBLES] = decision.created;
    this.#doubles[row * DOUBLES + 1] = decision.expires;
    this.#ints[row * INTS + KIND] = kind;
    this.#ints[row * INTS + NEXT] = NO_ROW;
    const texts = row * TEXTS;
    this.#texts[texts + ID] = decision.id;
    this.#texts[texts + REASON] = this.#recent.keep(decision.reason);
    this.#texts[texts + SOURCE] = this.#recent.keep(decision.source);
    this.#texts[texts + VALUE] = ipv4Length(decision) < 0 ? decision.value : ipv4Word(decision.value);
    if (decision.session !== undefined) this.#sessions.set(row, decision.session);
    return row;
  }

  /** The row may be used again by the next `add`. */
  remove(row: number): void {
    const number = this.#ints[row * INTS + KIND] as number;
    const kind = this.#kinds[number] as SharedKind;
    if (--kind.uses === 0) {
      this.#kindNumbers.delete(kind.key);
      this.#freeKinds.push(number);
    }
    this.#texts.fill('', row * TEXTS, (row + 1) * TEXTS);
    this.#sessions.delete(row);
    this.setNext(row, this.#free);
    this.#free = row;
  }

  created(row: number): Timestamp {
    return this.#doubles[row * DOUBLES] as number;
  }

  expires(row: number): Timestamp {
    return this.#doubles[row * DOUBLES + 1] as number;
  }

  next(row: number): number {
    return this.#ints[row * INTS + NEXT] as number;
  }

  setNext(row: number, next: number): void {
    this.#ints[row * INTS + NEXT] = next;
  }

  kind(row: number): Pick<SharedKind, keyof DecisionKind | 'weight' | 'granularity'> {
    return this.#kinds[this.#ints[row * INTS + KIND] as number] as SharedKind;
  }

  id(row: number): string {
    return this.#texts[row * TEXTS + ID] as string;
  }

  reason(row: number): string {
    return this.#texts[row * TEXTS + REASON] as string;
  }

  value(row: number): string {
    const value = this.#texts[row * TEXTS + VALUE] as string | number;
    if (typeof value === 'string') return value;
    const { scope, ipv4Length } = this.#kinds[this.#ints[row * INTS + KIND] as number] as SharedKind;
    const address = formatIPv4(value >>> 0);
    return scope === 'ip' ? address : `${address}/${ipv4Length}`;
  }

  /** The row written out, as it was added. */
  decision(row: number): Decision {
    const { scope, action, origin, weight } = this.kind(row);
    const session = this.#sessions.get(row);
    return {
      id: this.id(row),
      scope,
      value: this.value(row),
      action,
      reason: this.reason(row),
      origin,
      source: this.#texts[row * TEXTS + SOURCE] as string,
      weight,
      created: this.created(row),
      expires: this.expires(row),
      ...(session !== undefined && { session }),
    };
  }

  #take(): number {
    const row = this.#free;
    if (row !== NO_ROW) {
      this.#free = this.next(row);
      return row;
    }
    if (this.#end * DOUBLES === this.#doubles.length) {
      const grown = new Float64Array(Math.ceil(this.#end * 1.5) * DOUBLES);
      grown.set(this.#doubles);
      this.#doubles = grown;
      this.#ints = new Int32Array(grown.buffer);
    }
    return this.#end++;
  }

  #kindNumberOf(decision: Decision): number {
    const { origin, scope, action, weight } = decision;
    const granularity = granularityOf(decision);
    const length = ipv4Length(decision);
    const key = `${scope} ${action} ${weight} ${granularity} ${length} ${origin}`;
    const known = this.#kindNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.#freeKinds.pop() ?? this.#kinds.length;
    const kind = { ...newKind(origin, scope, action), key, weight, granularity, ipv4Length: length, uses: 0 };
    this.#kinds[number] = kind;
    this.#kindNumbers.set(key, number);
    return number;
  }
}

function ipv4Length({ scope, value }: Decision): number {
  if ((scope !== 'ip' && scope !== 'range') || value.includes(':')) return -1;
  return scope === 'ip' ? 32 : Number(value.slice(value.indexOf('/') + 1));
}

/** As a signed integer, which an array holds in place. */
function ipv4Word(value: string): number {
  return Prefix.parts(value as Prefix).words[0] | 0;
}
