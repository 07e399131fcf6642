import { type Checkpoint, openCheckpoint } from '../checkpoint/checkpoint.ts';
import { parseVerifier, type Verifier } from '../checkpoint/verifier.ts';
import { verifyConsistency } from '../merkle/verify-proof.ts';
import { thinned } from './thinned.ts';

/** What one node keeps of the trail of another. */
export interface WitnessedTrail {
  /** The line that verifies its checkpoints; the first one that was heard, and never another. */
  readonly publicKey: string;
  /** When the latest of it was said: of two words of a node the later one counts. Seconds, by the clock of the mesh. */
  readonly heard: number;
  /** Texts, in order of size: the first that was heard, the latest, and some between. Each continues the one before. */
  readonly checkpoints: readonly string[];
  /** Checkpoints shown since the latest without the proof that they continue it. */
  readonly unproved: number;
  /** From then on nothing more is kept, until somebody looks into it. */
  readonly finding?: WitnessFinding;
}

/** A trail that is not what it was, and where: that its node signed both is proof enough. */
export interface WitnessFinding {
  readonly kind: 'peer_key' | 'peer_shorter' | 'peer_forked' | 'peer_unproved';
  /** The first entry that may be gone or another one. */
  readonly from: number;
  /** The one after the last. */
  readonly to: number;
  readonly message: string;
  /** The checkpoint that does not fit those kept. */
  readonly shown: string;
}

/** A checkpoint as its node shows it to the others. */
export interface ShownTrail {
  readonly publicKey: string;
  readonly checkpoint: string;
  /** When it was said, as `heard`. */
  readonly at: number;
  /** That it continues the trail of so many entries (RFC 9162, section 2.1.4). */
  readonly proofs: readonly { readonly from: number; readonly proof: readonly Uint8Array[] }[];
}

export interface Witnessed {
  readonly kept: WitnessedTrail;
  /** Sizes from which a proof is needed to say more. */
  readonly ask: readonly number[];
}

/** A proof takes one word of the node to be asked for and another to come; and words get lost. */
const PATIENCE = 5;

/**
 * What to keep of a trail after its node has shown a checkpoint. Undefined where what it showed is none of its own:
 * that proves nothing about the trail. Verifies no more signatures and proofs than it keeps checkpoints.
 */
export function witness(
  node: string,
  kept: WitnessedTrail | undefined,
  shown: ShownTrail,
): Witnessed | undefined {
  const parsed = parseVerifier(kept?.publicKey ?? shown.publicKey);
  if (!parsed.ok || parsed.value.signer !== node) return undefined;
  const { publicKey, checkpoint, at } = shown;
  if (kept !== undefined && at <= kept.heard) return { kept, ask: [] };
  if (kept !== undefined && kept.publicKey !== publicKey)
    return { kept: otherKey(node, kept, shown), ask: [] };
  const opened = openCheckpoint(checkpoint, parsed.value);
  if (!opened.ok) return undefined;
  if (kept === undefined)
    return { kept: { publicKey, heard: at, checkpoints: [checkpoint], unproved: 0 }, ask: [] };
  return new Judgement(node, parsed.value, kept, shown, opened.value).judge();
}

/** One checkpoint, held against those kept. */
class Judgement {
  readonly #node: string;
  readonly #verifier: Verifier;
  readonly #kept: WitnessedTrail;
  readonly #shown: ShownTrail;
  readonly #now: Checkpoint;
  readonly #known: readonly Checkpoint[];

  constructor(node: string, verifier: Verifier, kept: WitnessedTrail, shown: ShownTrail, now: Checkpoint) {
    this.#node = node;
    this.#verifier = verifier;
    this.#kept = kept;
    this.#shown = shown;
    this.#now = now;
    this.#known = kept.checkpoints.flatMap((text) => {
      const opened = openCheckpoint(text, verifier);
      return opened.ok ? [opened.value] : [];
    });
  }

  judge(): Witnessed {
    const kept = { ...this.#kept, heard: this.#shown.at };
    const latest = this.#known.at(-1);
    if (latest === undefined) return { kept, ask: [] };
    if (kept.finding !== undefined) return this.#found(kept, kept.finding.kind, latest);
    if (this.#now.size < latest.size) return this.#found(kept, 'peer_shorter', latest);
    const fits = this.#fits(latest);
    if (fits === false) return this.#found(kept, 'peer_forked', latest);
    if (fits === undefined) {
      const unproved = kept.unproved + 1;
      if (unproved >= PATIENCE) return this.#found({ ...kept, unproved }, 'peer_unproved', latest);
      return { kept: { ...kept, unproved }, ask: [latest.size] };
    }
    const isNew = this.#now.size > latest.size;
    const checkpoints = isNew ? this.#with(this.#shown.checkpoint) : kept.checkpoints;
    return { kept: { ...kept, checkpoints, unproved: 0 }, ask: [] };
  }

  #with(text: string): readonly string[] {
    const sizes = [...this.#known.map(({ size }) => size), this.#now.size];
    const texts = [...this.#kept.checkpoints, text];
    return thinned(sizes).flatMap((nth) => texts[nth] ?? []);
  }

  /** Whether what is shown continues an earlier checkpoint; undefined where nothing shows it. */
  #fits({ size, root }: Checkpoint): boolean | undefined {
    if (size === this.#now.size) return Buffer.compare(root, this.#now.root) === 0;
    const proof = this.#shown.proofs.find(({ from }) => from === size)?.proof;
    if (proof === undefined) return undefined;
    const claim = { before: size, size: this.#now.size, beforeRoot: root, root: this.#now.root, proof };
    return verifyConsistency(this.#verifier.suite.tree, claim);
  }

  /** Between the last checkpoint that still fits and the first that does not is what was changed. */
  #found(kept: WitnessedTrail, kind: WitnessFinding['kind'], latest: Checkpoint): Witnessed {
    const before = kept.finding ?? { from: 0, to: latest.size };
    let { from, to } = before;
    const ask: number[] = [];
    for (const each of this.#known) {
      if (each.size > this.#now.size || each.size <= from || each.size > to) continue;
      const fits = this.#fits(each);
      if (fits === true) from = each.size;
      else if (fits === undefined) ask.push(each.size);
      // What is gone is gone up to the end.
      else if (kind !== 'peer_shorter') to = each.size;
    }
    const isSame = kept.finding !== undefined && from === kept.finding.from && to === kept.finding.to;
    if (isSame) return { kept, ask };
    const shown = kept.finding?.shown ?? this.#shown.checkpoint;
    const message = `${this.#words(kind, latest)}: ${place(from, to)}`;
    return { kept: { ...kept, finding: { kind, from, to, message, shown } }, ask };
  }

  #words(kind: WitnessFinding['kind'], { size, at }: Checkpoint): string {
    const signed = `${size} entries that it signed at ${new Date(at).toISOString()}`;
    if (kind === 'peer_shorter') return `${this.#node} shows a trail that is shorter than the ${signed}`;
    if (kind === 'peer_forked') return `${this.#node} shows another trail than the ${signed}`;
    return `${this.#node} does not show that its trail continues the ${signed}`;
  }
}

function otherKey(node: string, kept: WitnessedTrail, { at, checkpoint: shown }: ShownTrail): WitnessedTrail {
  const heard = { ...kept, heard: at };
  if (kept.finding !== undefined) return heard;
  const to = Number(kept.checkpoints.at(-1)?.split('\n')[1] ?? 0);
  const message = `${node} signs with another key than before: nothing shows that its ${to} entries are still there`;
  return { ...heard, finding: { kind: 'peer_key', from: 0, to, message, shown } };
}

function place(from: number, to: number): string {
  const which = to - from === 1 ? `entry ${from}` : `among entries ${from} to ${to - 1} some`;
  return `${which} ${to - from === 1 ? 'is' : 'are'} gone, changed, moved or put in`;
}
