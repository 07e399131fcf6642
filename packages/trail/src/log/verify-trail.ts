import {
  type Checkpoint,
  checkpointDigest,
  NO_CHECKPOINT,
  openCheckpoint,
} from '../checkpoint/checkpoint.ts';
import type { Verifier } from '../checkpoint/verifier.ts';
import { Frontier } from '../merkle/frontier.ts';
import { HASH_BYTES } from '../merkle/tree-hash.ts';
import type { Finding, FindingKind } from './finding.ts';
import { leafHash, parseLeaf } from './leaf.ts';

/** An entry as it is kept or was exported. */
export interface KeptEntry {
  readonly index: number;
  readonly hash: Uint8Array;
  readonly at: number;
  readonly body?: string;
  /** Its hash as the tree has it, where that is kept apart. */
  readonly treeHash?: Uint8Array;
}

/** An entry, or the text of a checkpoint. */
export type KeptItem = KeptEntry | string;

export interface KeptTrail {
  /** In the order in which they were made. */
  readonly items: AsyncIterable<KeptItem> | Iterable<KeptItem>;
  /** Texts that were copied elsewhere when they were signed, in any order; one that has no place is a finding. */
  readonly copies: readonly string[];
}

export interface Verification {
  readonly findings: readonly Finding[];
  readonly entries: number;
  readonly checkpoints: number;
  /** Entries under the last checkpoint that holds; those after it nobody has signed yet. */
  readonly signed: number;
}

/** Keeps the place of one that cannot be in the tree. */
const NO_HASH = new Uint8Array(HASH_BYTES);

/** Further findings are counted by nobody: whoever rewrote a whole trail has been found out. */
const MAX_FINDINGS = 1_000;

/** Walks a whole trail and tells of everything that is not as it was written. Holds one path of the tree. */
export async function verifyTrail({ items, copies }: KeptTrail, verifier: Verifier): Promise<Verification> {
  const walk = new Walk(verifier, copies);
  for await (const item of items) {
    if (typeof item === 'string') walk.offer(item);
    else walk.entry(item);
  }
  return walk.end();
}

class Walk {
  readonly #verifier: Verifier;
  readonly #frontier: Frontier;
  readonly #findings: Finding[] = [];
  readonly #copies: Checkpoint[] = [];
  readonly #offered: string[] = [];
  #lastAt = 0;
  #lastJournal = 0;
  #bodySeen = false;
  #checkpoints = 0;
  #previous: Uint8Array = NO_CHECKPOINT;
  #lastCheckpoint: Checkpoint | undefined;
  #signed = 0;
  /** Roots cannot agree any more once one did not. */
  #rootsLost = false;

  constructor(verifier: Verifier, copies: readonly string[]) {
    this.#verifier = verifier;
    this.#frontier = new Frontier(verifier.suite.tree);
    for (const text of copies) {
      const opened = openCheckpoint(text, verifier);
      if (opened.ok) this.#copies.push(opened.value);
      else this.#tell('copy_forged', 0, 0, `a copied checkpoint cannot be believed: ${opened.error.message}`);
    }
    this.#copies.sort((a, b) => a.size - b.size);
  }

  get #size(): number {
    return this.#frontier.size;
  }

  entry(entry: KeptEntry): void {
    const index = this.#size;
    if (entry.index !== index) {
      // The tree has a place for it that nobody can fill: roots are lost from here on.
      this.#tell('entry_missing', index, entry.index, `entries ${range(index, entry.index)} are missing`);
      this.#rootsLost = true;
    }
    const { treeHash = entry.hash } = entry;
    const isWhole = treeHash.length === HASH_BYTES;
    if (!isWhole) {
      this.#tell('entry_changed', entry.index, entry.index + 1, `entry ${entry.index} has no whole hash`);
      this.#rootsLost = true;
    } else if (Buffer.compare(treeHash, entry.hash) !== 0)
      this.#tell(
        'entry_changed',
        entry.index,
        entry.index + 1,
        `entry ${entry.index} is not the one the tree has`,
      );
    else if (entry.body !== undefined) this.#body(entry, entry.body);
    else if (this.#bodySeen)
      this.#tell(
        'body_missing',
        entry.index,
        entry.index + 1,
        `entry ${entry.index} has lost its body, and older ones have theirs`,
      );
    if (entry.at < this.#lastAt)
      this.#tell(
        'clock_backwards',
        entry.index,
        entry.index + 1,
        `entry ${entry.index} is dated ${iso(entry.at)}, before the one in front of it (${iso(this.#lastAt)})`,
      );
    this.#lastAt = entry.at;
    this.#frontier.append(isWhole ? treeHash : NO_HASH, () => {});
    if (this.#offered.length > 0 || this.#copies.length > 0) this.#meet();
  }

  #body(entry: KeptEntry, body: string): void {
    this.#bodySeen = true;
    const { index } = entry;
    if (!leafHash(body, this.#verifier.suite.tree).equals(entry.hash)) {
      this.#tell(
        'entry_changed',
        index,
        index + 1,
        `entry ${index} was changed: its text does not have its hash`,
      );
      return;
    }
    const record = parseLeaf(body);
    if (record === undefined) {
      this.#tell('entry_changed', index, index + 1, `entry ${index} is no record`);
      return;
    }
    if (record.index !== index) {
      this.#tell('entry_moved', index, index + 1, `entry ${index} was written as entry ${record.index}`);
      return;
    }
    if (record.at !== entry.at)
      this.#tell(
        'clock_backwards',
        index,
        index + 1,
        `entry ${index} is dated ${iso(entry.at)} and says ${iso(record.at)}`,
      );
    if (record.journal <= this.#lastJournal)
      this.#tell(
        'journal_order',
        index,
        index + 1,
        `entry ${index} is about number ${record.journal} of the journal, after ${this.#lastJournal}`,
      );
    this.#lastJournal = record.journal;
  }

  /** A checkpoint waits until what it is about has been walked. */
  offer(text: string): void {
    this.#offered.push(text);
    this.#meet();
  }

  #meet(): void {
    for (let text = this.#offered[0]; text !== undefined && this.#isDue(text); text = this.#offered[0]) {
      this.#offered.shift();
      this.#checkpoint(text);
    }
    this.#meetCopies();
  }

  #isDue(text: string): boolean {
    const opened = openCheckpoint(text, this.#verifier);
    return !opened.ok || opened.value.size <= this.#size;
  }

  #checkpoint(text: string): void {
    const nth = ++this.#checkpoints;
    const opened = openCheckpoint(text, this.#verifier);
    const from = this.#signed;
    if (!opened.ok) {
      this.#tell(
        'checkpoint_forged',
        from,
        this.#size,
        `checkpoint ${nth}, after ${from} entries: ${opened.error.message}`,
      );
      // What comes after it names a text that is not this one, and says so.
      this.#previous = checkpointDigest(text, this.#verifier.suite.tree.name);
      return;
    }
    const { value } = opened;
    if (Buffer.compare(value.previous, this.#previous) !== 0)
      this.#tell(
        'checkpoint_chain',
        from,
        value.size,
        `checkpoint ${nth} (${value.size} entries) does not follow the one in front of it: one was taken out, put in or changed`,
      );
    this.#previous = checkpointDigest(text, this.#verifier.suite.tree.name);
    if (this.#lastCheckpoint !== undefined && value.at < this.#lastCheckpoint.at)
      this.#tell(
        'checkpoint_clock',
        from,
        value.size,
        `checkpoint ${nth} is dated ${iso(value.at)}, before the one in front of it`,
      );
    this.#lastCheckpoint = value;
    if (value.size > this.#size)
      this.#tell(
        'tail_truncated',
        this.#size,
        value.size,
        `the trail ends after ${this.#size} entries; checkpoint ${nth} was signed over ${value.size}`,
      );
    else if (value.size < this.#size)
      this.#tell(
        'checkpoint_chain',
        value.size,
        this.#size,
        `checkpoint ${nth} is about ${value.size} entries, fewer than the one in front of it`,
      );
    else this.#root(value, 'checkpoint_root', `checkpoint ${nth}`);
  }

  #root({ size, root }: Checkpoint, kind: FindingKind, what: string): void {
    if (Buffer.compare(root, this.#frontier.root()) === 0) this.#signed = Math.max(this.#signed, size);
    else if (!this.#rootsLost) {
      this.#rootsLost = true;
      this.#tell(
        kind,
        this.#signed,
        size,
        `${what} was signed over other entries: among ${range(this.#signed, size)} one was changed, moved, put in or taken out`,
      );
    }
  }

  /** Copies are in order of size. */
  #meetCopies(): void {
    for (let copy = this.#copies[0]; copy !== undefined && copy.size <= this.#size; copy = this.#copies[0]) {
      this.#copies.shift();
      this.#root(copy, 'copy_root', `the copy of ${iso(copy.at)} over ${copy.size} entries`);
    }
  }

  end(): Verification {
    for (const text of this.#offered) this.#checkpoint(text);
    const longest = this.#copies.at(-1);
    if (longest !== undefined)
      this.#tell(
        'tail_truncated',
        this.#size,
        longest.size,
        `the trail ends after ${this.#size} entries; a copied checkpoint of ${iso(longest.at)} was signed over ${longest.size}`,
      );
    return {
      findings: this.#findings,
      entries: this.#size,
      checkpoints: this.#checkpoints,
      signed: this.#signed,
    };
  }

  #tell(kind: FindingKind, from: number, to: number, message: string): void {
    if (this.#findings.length < MAX_FINDINGS) this.#findings.push({ kind, from, to, message });
  }
}

function iso(at: number): string {
  return Number.isFinite(at) && Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : String(at);
}

function range(from: number, to: number): string {
  return to - from === 1 ? `${from}` : `${from} to ${to - 1}`;
}
