import type { Clock } from '@aegis/model';
import type { JournalEntry, Ledger, StoredCheckpoint, TrailNodeId, TrailStore } from '@aegis/ports';
import {
  type Agreement,
  compareWithLedger,
  consistencyPlan,
  foldNodes,
  inclusionPlan,
  type KeptEntry,
  type KeptItem,
  type Span,
  spanNodes,
  type Verifier,
  writeVerifier,
} from '@aegis/trail';

export interface TrailReaderOptions {
  readonly store: TrailStore;
  readonly ledger: Ledger;
  readonly verifier: Verifier;
  readonly clock: Clock;
  readonly ledgerRetentionMs: number;
  /** Brings the trail up to the ledger and signs. */
  readonly settle: () => Promise<void>;
}

/** What somebody needs to prove that an entry is on the trail, with no word of this node but its signature. */
export interface EntryProof {
  readonly index: number;
  readonly size: number;
  readonly body?: string;
  readonly leaf: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly checkpoint: string;
}

const PAGE = 1_000;
const STRAYS = 100;

/** What is on the trail, read and proved. */
export class TrailReader {
  readonly #options: TrailReaderOptions;

  constructor(options: TrailReaderOptions) {
    this.#options = options;
  }

  /** The line that verifies everything. */
  get publicKey(): string {
    return writeVerifier(this.#options.verifier);
  }

  /** Brings the trail up to the ledger and signs. */
  settle(): Promise<void> {
    return this.#options.settle();
  }

  async checkpoint(): Promise<string | undefined> {
    return (await this.#options.store.latestCheckpoint())?.text;
  }

  /** Of an entry by its number or the id of its record; undefined where there is none, or none that is signed yet. */
  async prove(what: number | string): Promise<EntryProof | undefined> {
    const { store } = this.#options;
    const latest = await store.latestCheckpoint();
    const index = typeof what === 'number' ? what : await store.find(what);
    if (latest === undefined || index === undefined || index >= latest.size) return undefined;
    const [entry] = await store.entries(index, 1);
    if (entry?.index !== index) return undefined;
    const { size, text } = latest;
    const proof = await this.#hashes(inclusionPlan(index, size));
    const body = entry.body === undefined ? {} : { body: entry.body };
    return { index, size, ...body, leaf: entry.hash, proof, checkpoint: text };
  }

  /** That the trail of `size` entries continues the one of `before`. Throws AegisError `bad_proof_range`. */
  consistency(before: number, size: number): Promise<readonly Uint8Array[]> {
    return this.#hashes(consistencyPlan(before, size));
  }

  async size(): Promise<number> {
    return (await this.#options.store.extent()).size;
  }

  /** Walks the ledger beside the trail. */
  async agreement(): Promise<Agreement> {
    const { store, ledger, clock, ledgerRetentionMs } = this.#options;
    const { position, size } = await store.extent();
    return compareWithLedger({
      entries: this.entries(0, size),
      journal: this.#journal(),
      strays: await ledger.strays(STRAYS),
      position,
      retainedSince: clock.now() - ledgerRetentionMs,
    });
  }

  /** With the hash that the tree has for each. */
  async *entries(from: number, to: number): AsyncGenerator<KeptEntry> {
    const { store } = this.#options;
    for (let at = from; at < to; ) {
      const page = await store.entries(at, Math.min(PAGE, to - at));
      if (page.length === 0) return;
      const hashes = await store.nodes(page.map(({ index }): TrailNodeId => ({ level: 0, index })));
      for (const [nth, entry] of page.entries()) yield { ...entry, treeHash: hashes[nth] as Uint8Array };
      at = (page.at(-1)?.index ?? at) + 1;
    }
  }

  /** Entries and checkpoints as they stand now, each checkpoint after what it was signed over. */
  async *items(): AsyncGenerator<KeptItem> {
    const checkpoints = this.#checkpoints();
    let next = await checkpoints.next();
    for await (const entry of this.entries(0, await this.size())) {
      for (; !next.done && next.value.size <= entry.index; next = await checkpoints.next())
        yield next.value.text;
      yield entry;
    }
    for (; !next.done; next = await checkpoints.next()) yield next.value.text;
  }

  async *#checkpoints(): AsyncGenerator<StoredCheckpoint> {
    const { store } = this.#options;
    for (let after = 0; ; ) {
      const page = await store.checkpoints(after, PAGE);
      yield* page;
      after += page.length;
      if (page.length < PAGE) return;
    }
  }

  async *#journal(): AsyncGenerator<JournalEntry> {
    for (let after = 0; ; ) {
      const page = await this.#options.ledger.journal(after, PAGE);
      yield* page;
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.number;
    }
  }

  async #hashes(spans: readonly Span[]): Promise<readonly Uint8Array[]> {
    const { store, verifier } = this.#options;
    const plans = spans.map(spanNodes);
    const nodes = await store.nodes(plans.flat());
    let at = 0;
    return plans.map(({ length }) => {
      const own = nodes.slice(at, at + length);
      at += length;
      return foldNodes(own, verifier.suite.tree.node);
    });
  }
}
