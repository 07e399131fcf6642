import { AegisError, type Clock, type Logger } from '@aegis/model';
import type { JournalEntry, Ledger, NewTrailEntry, StoredTrailNode, TrailStore } from '@aegis/ports';
import {
  checkpointDigest,
  Frontier,
  frontierNodes,
  leafOf,
  NO_CHECKPOINT,
  signCheckpoint,
} from '@aegis/trail';
import type { Part } from '../node/lifecycle.ts';
import { type CheckpointCopy, copyLine } from './checkpoint-copies.ts';
import type { TrailKey } from './trail-key.ts';

export interface TrailServiceOptions {
  readonly store: TrailStore;
  readonly ledger: Ledger;
  readonly key: TrailKey;
  readonly copies: readonly CheckpointCopy[];
  readonly checkpointMs: number;
  readonly checkpointEntries: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of the size after each batch and each checkpoint. */
  readonly onProgress?: (progress: {
    readonly size: number;
    readonly signed: number;
    readonly copying: number;
  }) => void;
}

/** Entries a transaction. */
const BATCH = 500;
/** How often the ledger is asked unbidden: others may write to it too. */
const IDLE_MS = 500;
/** Checkpoints that wait for one place; older ones give way, since later ones cover what they did. */
const MAX_WAITING_COPIES = 1_000;

/**
 * Follows the journal of the ledger onto the trail, and signs. An entry is on the trail moments after it was
 * written; where the trail's store is away the journal waits in the ledger, and nothing is lost or reordered.
 */
export class TrailService implements Part {
  readonly name: string = 'trail';
  readonly #options: TrailServiceOptions;
  readonly #waiting: Map<CheckpointCopy, string[]>;
  #frontier: Frontier | undefined;
  #position = 0;
  #lastAt = 0;
  #signed = 0;
  #previous: Uint8Array = NO_CHECKPOINT;
  #signedAt = Number.NEGATIVE_INFINITY;
  #trouble = '';
  #running: Promise<void> = Promise.resolve();
  #turn: Promise<void> = Promise.resolve();
  #wake: () => void = () => {};
  #isStopping = false;

  constructor(options: TrailServiceOptions) {
    this.#options = options;
    this.#waiting = new Map(options.copies.map((copy) => [copy, []]));
  }

  /** What keeps the trail from working, in words; empty when nothing does. */
  get trouble(): string {
    return this.#trouble;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Something was written. */
  wake(): void {
    this.#wake();
  }

  /** Takes what is in the ledger, signs it, and ends. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#wake();
    await this.#running;
  }

  /** Brings the trail up to the ledger now, and signs. Throws what keeps it from that. */
  settle(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#follow();
      await this.#sign();
      await this.#copy();
    });
  }

  async #run(): Promise<void> {
    for (;;) {
      const isLast = this.#isStopping;
      await this.#inTurn(() => this.#step(isLast));
      if (isLast) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const timer = setTimeout(resolve, Math.min(IDLE_MS, this.#options.checkpointMs));
      if (!this.#isStopping) await promise;
      clearTimeout(timer);
    }
  }

  async #step(isLast: boolean): Promise<void> {
    const { clock, checkpointMs, logger } = this.#options;
    try {
      await this.#follow();
      if (isLast || clock.monotonic() - this.#signedAt >= checkpointMs) await this.#sign();
      await this.#copy();
      if (this.#trouble !== '') logger.info({}, 'the trail goes on');
      this.#trouble = '';
    } catch (error) {
      // Begun anew from what is stored: a batch that failed half way is known only there.
      this.#frontier = undefined;
      const trouble = error instanceof Error ? error.message : String(error);
      if (this.#trouble !== trouble)
        logger.error({ error: trouble }, 'the trail does not go on; the ledger keeps what it misses');
      this.#trouble = trouble;
    }
  }

  async #open(): Promise<Frontier> {
    const { store, key } = this.#options;
    const { size, position, at } = await store.extent();
    const latest = await store.latestCheckpoint();
    if (latest !== undefined && latest.size > size)
      throw new AegisError(
        'trail_damaged',
        `the trail ends after ${size} entries, and ${latest.size} were signed: run "aegis audit verify"`,
      );
    const { tree } = key.verifier.suite;
    this.#position = position;
    this.#lastAt = at;
    this.#signed = latest?.size ?? 0;
    this.#previous = latest === undefined ? NO_CHECKPOINT : checkpointDigest(latest.text, tree.name);
    this.#frontier = new Frontier(tree, size, await store.nodes(frontierNodes(size)));
    return this.#frontier;
  }

  async #follow(): Promise<void> {
    const { ledger, checkpointEntries } = this.#options;
    let frontier = this.#frontier ?? (await this.#open());
    for (;;) {
      const journal = await ledger.journal(this.#position, BATCH);
      if (journal.length === 0) return;
      frontier = await this.#append(frontier, journal);
      this.#progress();
      if (frontier.size - this.#signed >= checkpointEntries) await this.#sign();
      if (journal.length < BATCH) return;
    }
  }

  async #append(frontier: Frontier, journal: readonly JournalEntry[]): Promise<Frontier> {
    const { store, clock, key } = this.#options;
    const next = frontier.copy();
    const nodes: StoredTrailNode[] = [];
    // A clock that was set back does not make the trail go backwards; what the record itself says stays.
    const at = Math.max(this.#lastAt, clock.now());
    const entries = journal.map(({ number, kind, id, record = null }): NewTrailEntry => {
      const index = next.size;
      const leaf = leafOf({ index, at, journal: number, kind, id, record }, key.verifier.suite.tree);
      next.append(leaf.hash, (node) => nodes.push(node));
      return { index, at, id, ...leaf };
    });
    const position = journal.at(-1)?.number ?? this.#position;
    await store.append({ entries, nodes, position });
    this.#frontier = next;
    this.#position = position;
    this.#lastAt = at;
    return next;
  }

  async #sign(): Promise<void> {
    const { store, clock, key } = this.#options;
    const frontier = this.#frontier ?? (await this.#open());
    this.#signedAt = clock.monotonic();
    const { size } = frontier;
    if (size === this.#signed) return;
    const at = Math.max(this.#lastAt, clock.now());
    const { verifier, privateKey } = key;
    const checkpoint = { signer: verifier.signer, size, root: frontier.root(), at, previous: this.#previous };
    const text = signCheckpoint(checkpoint, privateKey, verifier);
    await store.appendCheckpoint({ size, at, text });
    this.#signed = size;
    this.#previous = checkpointDigest(text, verifier.suite.tree.name);
    for (const waiting of this.#waiting.values()) {
      waiting.push(copyLine(text));
      if (waiting.length > MAX_WAITING_COPIES) waiting.shift();
    }
    this.#progress();
  }

  async #copy(): Promise<void> {
    for (const [copy, waiting] of this.#waiting) {
      while (waiting[0] !== undefined) {
        await copy.put(waiting[0]).catch((cause: unknown) => {
          throw new AegisError(
            'trail_copy_failed',
            `checkpoints cannot be copied to ${copy.name}: ${String(cause)}`,
            { cause },
          );
        });
        waiting.shift();
      }
    }
  }

  /** One at a time: who settles does not meet the loop half way. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #progress(): void {
    const copying = [...this.#waiting.values()].reduce((sum, { length }) => sum + length, 0);
    this.#options.onProgress?.({ size: this.#frontier?.size ?? 0, signed: this.#signed, copying });
  }
}
