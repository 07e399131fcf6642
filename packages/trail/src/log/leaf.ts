import type { Timestamp } from '@aegis/model';
import { canonicalJson } from '../canonical-json.ts';
import type { TreeHash } from '../merkle/tree-hash.ts';

/** What an entry of the trail says, all of it under its hash. */
export interface TrailRecord {
  /** Its place on the trail: an entry that was moved contradicts itself. */
  readonly index: number;
  /** When it was recorded; never before the entry in front of it. */
  readonly at: Timestamp;
  /** Its place in the ledger's journal. */
  readonly journal: number;
  readonly kind: 'audit' | 'decision' | 'policy';
  /** Of the record. */
  readonly id: string;
  /** As the ledger has it; null where it was gone before it could be recorded. */
  readonly record: object | null;
}

export interface Leaf {
  /** Canonical JSON. */
  readonly body: string;
  readonly hash: Buffer;
}

/** Halves of surrogate pairs become U+FFFD: attackers write the text, and no text may keep a deed off the trail. */
export function leafOf(record: TrailRecord, tree: TreeHash): Leaf {
  const body = canonicalJson(wellFormed(record));
  return { body, hash: leafHash(body, tree) };
}

export function leafHash(body: string, tree: TreeHash): Buffer {
  return tree.leaf(Buffer.from(body));
}

/** The record of a body; undefined where it is none. */
export function parseLeaf(body: string): TrailRecord | undefined {
  try {
    const parsed = JSON.parse(body) as Partial<TrailRecord> | null;
    return typeof parsed?.index === 'number' && typeof parsed.journal === 'number'
      ? (parsed as TrailRecord)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A JSON value with every text in it well-formed. */
export function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name.toWellFormed(), wellFormed(member)] as const),
  );
}
