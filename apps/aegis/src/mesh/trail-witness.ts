import type { ClockSkew, Envelope, Message, TrailWord } from '@aegis/mesh';
import { AegisError, type Clock, type Logger } from '@aegis/model';
import type { Ledger, Registry } from '@aegis/ports';
import { type WitnessedTrail, witness } from '@aegis/trail';
import { z } from 'zod';
import type { TrailReader } from '../trail/trail-reader.ts';
import type { MeshSender } from './mesh-sender.ts';
import { WantedProofs } from './wanted-proofs.ts';

export interface TrailWitnessOptions {
  readonly node: string;
  readonly trail: Pick<TrailReader, 'publicKey' | 'checkpoint' | 'consistency'>;
  readonly sender: MeshSender;
  readonly registry: Registry;
  readonly ledger: Pick<Ledger, 'appendAudit'>;
  readonly newId: () => string;
  readonly skew: ClockSkew;
  readonly clock: Clock;
  readonly logger: Logger;
}

const Kept: z.ZodType<WitnessedTrail> = z.strictObject({
  publicKey: z.string(),
  heard: z.number(),
  checkpoints: z.array(z.string()),
  unproved: z.number(),
  finding: z
    .strictObject({
      kind: z.enum(['peer_key', 'peer_shorter', 'peer_forked', 'peer_unproved']),
      from: z.number(),
      to: z.number(),
      message: z.string(),
      shown: z.string(),
    })
    .exactOptional(),
});

const PREFIX = 'mesh/trail/';
/** How long the others hear of the trail of a node that is lost, s. */
const RETAINED_S = 366 * 86_400;
/** Proofs of one message. */
const MOST_PROOFS = 32;
/** Nodes whose trails are witnessed. */
const MOST_NODES = 10_000;

/**
 * Shows the others how far the trail of this node goes, with the proof that it continues what was shown before, and
 * keeps what they show: a node that cuts its trail, or writes it anew, is found out by everyone who heard it before,
 * and how far the trail of a lost node went is known.
 */
export class TrailWitness {
  readonly #options: TrailWitnessOptions;
  readonly #kept = new Map<string, WitnessedTrail>();
  /** Proofs that others asked for. */
  readonly #wanted = new WantedProofs();
  /** Proofs to ask for, by node. */
  readonly #asking = new Map<string, readonly number[]>();
  #told: { readonly text: string; readonly size: number } | undefined;

  constructor(options: TrailWitnessOptions) {
    this.#options = options;
  }

  /** By node. */
  trails(): ReadonlyMap<string, WitnessedTrail> {
    return this.#kept;
  }

  async start(): Promise<void> {
    const { registry, logger } = this.#options;
    for (const { key, value } of await registry.list(PREFIX)) {
      const node = key.slice(PREFIX.length);
      try {
        this.#kept.set(node, Kept.parse(JSON.parse(value)));
      } catch {
        logger.error({ node }, 'what is kept of the trail of a node cannot be read; it begins anew');
      }
    }
  }

  /** The next that is heard of this node is believed again; false where nothing was kept of it. */
  async forget(node: string): Promise<boolean> {
    await this.#options.registry.delete(PREFIX + node);
    return this.#kept.delete(node);
  }

  /** Shows what is new, and asks what has to be known. Throws AegisError `bus_unavailable`. */
  async tell(): Promise<void> {
    const { sender, node, skew, clock } = this.#options;
    const asking = [...this.#asking].map(
      ([of, from]): Message => ({ type: 'trail_checkpoint', data: { kind: 'ask', of, from } }),
    );
    this.#asking.clear();
    await sender.send(
      'trail_checkpoint',
      asking.map((message) => ({ message, name: '' })),
    );
    const data = await this.#news().catch((error: unknown) => {
      // A trail that is away is told of by its own part, and is no trouble of the mesh.
      if (!(error instanceof AegisError)) throw error;
      return undefined;
    });
    if (data === undefined) return;
    const message: Message = { type: 'trail_checkpoint', data };
    const until = skew.toMesh(clock.now()) + RETAINED_S;
    await sender.send('trail_checkpoint', [{ message, name: node, until }]);
    this.#told = { text: data.checkpoint, size: sizeOf(data.checkpoint) };
  }

  /** What another node said. */
  async hear({ source_node: node, timestamp: at }: Envelope, word: TrailWord): Promise<void> {
    if (word.kind === 'ask') {
      if (word.of === this.#options.node) this.#wanted.add(node, word.from);
      return;
    }
    const before = this.#kept.get(node);
    if (before === undefined && this.#kept.size >= MOST_NODES) return;
    const { public_key: publicKey, checkpoint } = word;
    const proofs = word.proofs.map(({ from, proof }) => ({ from, proof: proof.map(bytes) }));
    const witnessed = witness(node, before, { publicKey, checkpoint, at, proofs });
    if (witnessed === undefined) {
      this.#options.logger.warn({ node }, 'what a node shows of its trail is not signed with its key');
      return;
    }
    const { kept, ask } = witnessed;
    if (ask.length > 0) this.#asking.set(node, ask);
    if (kept === before) return;
    await this.#options.registry.put(PREFIX + node, JSON.stringify(kept));
    this.#kept.set(node, kept);
    if (kept.finding !== undefined && kept.finding !== before?.finding)
      await this.#tellOf(node, kept.finding);
  }

  async #tellOf(node: string, finding: NonNullable<WitnessedTrail['finding']>): Promise<void> {
    const { ledger, newId, clock, logger } = this.#options;
    const { kind, from, to, message, shown } = finding;
    logger.error({ node, finding: kind, from, to }, message);
    const detail = { kind, from_entry: from, to_entry: to - 1, message, shown };
    await ledger.appendAudit([
      {
        ...{ id: newId(), at: clock.now(), actor: 'node', action: 'trail.peer', target: node },
        ...{ from: 'mesh', result: 'failed', detail },
      },
    ]);
  }

  /** Undefined where nothing was signed since, and nobody asks. */
  async #news(): Promise<Extract<TrailWord, { readonly kind: 'shown' }> | undefined> {
    const { trail } = this.#options;
    const checkpoint = await trail.checkpoint();
    if (checkpoint === undefined) return undefined;
    const wanted = this.#wanted.take(MOST_PROOFS);
    if (checkpoint === this.#told?.text && wanted.length === 0) return undefined;
    const size = sizeOf(checkpoint);
    const sizes = new Set([...(this.#told === undefined ? [] : [this.#told.size]), ...wanted]);
    const proofs: { from: number; proof: string[] }[] = [];
    for (const from of sizes) {
      if (from > size) continue;
      try {
        const proof = await trail.consistency(from, size);
        proofs.push({ from, proof: proof.map((hash) => Buffer.from(hash).toString('base64')) });
      } catch (error) {
        // A trail that has lost a part of itself shows no proof; the others draw their conclusions.
        if (!(error instanceof AegisError)) throw error;
      }
    }
    return { kind: 'shown', public_key: trail.publicKey, checkpoint, proofs };
  }
}

/** The second line of a checkpoint. */
function sizeOf(checkpoint: string): number {
  return Number(checkpoint.split('\n', 2)[1]);
}

function bytes(base64: string): Uint8Array {
  return Buffer.from(base64, 'base64');
}
