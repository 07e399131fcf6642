import { type FieldPath, step } from './field-path.ts';
import { HIDDEN, type Mask } from './mask.ts';
import { isSecretName } from './secret-names.ts';

export interface ValueRules {
  readonly text: (text: string) => string;
  readonly fields: readonly (readonly [FieldPath, Mask])[];
  /** Hides the values of members whose names say that they are secrets. */
  readonly names: boolean;
}

/** What a value may hold; the rest is named and left out. A hostile one is cut, never refused. */
const MAX_DEPTH = 32;
const MAX_MEMBERS = 50_000;
const MAX_TEXT = 4 * 1024 * 1024;

/**
 * A copy of a value as plain JSON with everything masked: texts, names of members, numbers that are ids or cards.
 * Cycles, depth and size are bounded, getters that throw are named, and `__proto__` is a name like any other.
 */
export function maskValue(value: unknown, rules: ValueRules): unknown {
  return new Walk(rules).value(value, rules.fields, 0);
}

class Walk {
  readonly #rules: ValueRules;
  readonly #above: Set<object> = new Set();
  #members = 0;
  #text = 0;

  constructor(rules: ValueRules) {
    this.#rules = rules;
  }

  value(value: unknown, fields: ValueRules['fields'], depth: number): unknown {
    if (typeof value === 'string') return this.#masked(value);
    if (typeof value === 'number') return this.#number(value);
    if (typeof value === 'bigint') return this.#masked(String(value));
    if (typeof value === 'function' || typeof value === 'symbol') return undefined;
    if (typeof value !== 'object' || value === null) return value;
    if (this.#above.has(value)) return '[circular]';
    if (depth >= MAX_DEPTH) return '[too deep]';
    this.#above.add(value);
    const masked = this.#object(value, fields, depth + 1);
    this.#above.delete(value);
    return masked;
  }

  #object(value: object, fields: ValueRules['fields'], depth: number): unknown {
    if (Array.isArray(value)) return this.#array(value, fields, depth);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
    if (value instanceof RegExp || value instanceof URL) return this.#masked(String(value));
    if (value instanceof Map)
      return this.#entries(
        [...value].map(([name, member]) => [String(name), member]),
        fields,
        depth,
      );
    if (value instanceof Set) return this.#array([...value], fields, depth);
    return this.#entries(entriesOf(value), fields, depth);
  }

  #array(items: readonly unknown[], fields: ValueRules['fields'], depth: number): unknown {
    const masked: unknown[] = [];
    for (const [index, item] of items.entries()) {
      if (++this.#members > MAX_MEMBERS) return [...masked, '[too large]'];
      masked.push(this.#member(String(index), item, fields, depth) ?? null);
    }
    return masked;
  }

  #entries(
    entries: readonly (readonly [string, unknown])[],
    fields: ValueRules['fields'],
    depth: number,
  ): unknown {
    const masked: (readonly [string, unknown])[] = [];
    for (const [name, member] of entries) {
      if (++this.#members > MAX_MEMBERS) {
        masked.push(['[too large]', true]);
        break;
      }
      masked.push([this.#masked(name), this.#member(name, member, fields, depth)]);
    }
    // Defines every name as an own member, `__proto__` too.
    return Object.fromEntries(masked);
  }

  #member(name: string, member: unknown, fields: ValueRules['fields'], depth: number): unknown {
    const { here, below } = fields.length === 0 ? NONE : step(fields, name);
    if (here !== undefined) return isScalar(member) ? here(String(member)) : HIDDEN;
    if (
      this.#rules.names &&
      member !== null &&
      typeof member !== 'boolean' &&
      member !== undefined &&
      isSecretName(name)
    )
      return HIDDEN;
    if (typeof member === 'number' && MEASURE.test(name)) return member;
    return this.value(member, below, depth);
  }

  #number(value: number): unknown {
    if (!Number.isFinite(value)) return String(value);
    if (!Number.isInteger(value) || value < 1e9) return value;
    const text = String(value);
    const masked = this.#rules.text(text);
    return masked === text ? value : masked;
  }

  #masked(text: string): string {
    this.#text += text.length;
    return this.#text > MAX_TEXT ? '[too large]' : this.#rules.text(text);
  }
}

/** Numbers of these names count or measure: eleven digits of milliseconds are no telephone. */
const MEASURE = /(?:ms|at|time|seconds|bytes|size|count|length|duration|created|expires|version|port)$/i;

const NONE = { here: undefined, below: [] } as const;

function isScalar(value: unknown): value is string | number | bigint {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint';
}

function entriesOf(value: object): readonly (readonly [string, unknown])[] {
  const names =
    value instanceof Error ? ['name', 'message', 'code', 'stack', ...Object.keys(value)] : Object.keys(value);
  return [...new Set(names)].flatMap((name) => {
    try {
      const member: unknown = (value as Readonly<Record<string, unknown>>)[name];
      return member === undefined ? [] : [[name, member] as const];
    } catch {
      return [[name, '[unreadable]'] as const];
    }
  });
}
