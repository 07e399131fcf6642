import { Result, type Timestamp } from '@aegis/model';
import type { Envelope } from './envelope.ts';
import { FloodLimit, type FloodRule } from './flood-limit.ts';
import type { FrameOpener, ReceivedFrame } from './frame-opener.ts';
import { RecentIds } from './recent-ids.ts';
import type { Refusal } from './refusal.ts';

export interface ReceptionRules {
  /** Envelopes in this name are left out without a word. */
  readonly self: string;
  /** How far apart the time that a message was sent and the time that the bus took it may be, ms. */
  readonly windowMs: number;
  readonly flood: FloodRule;
  /** Ids remembered to know a message again. Raising it costs memory, some 150 bytes each. */
  readonly remembered: number;
}

export interface Received {
  /** In order. */
  readonly envelopes: readonly Envelope[];
  readonly refused: readonly Refusal[];
}

const NOTHING: Received = Object.freeze({ envelopes: [], refused: [] });

/**
 * What of a frame is to be applied. Times are those of the bus and of the sender: this node's own clock decides
 * nothing, so that a wrong one does not cut a node off.
 */
export class Reception {
  readonly #opener: FrameOpener;
  readonly #rules: ReceptionRules;
  readonly #recent: RecentIds;
  readonly #flood: FloodLimit;

  constructor(opener: FrameOpener, rules: ReceptionRules) {
    this.#opener = opener;
    this.#rules = rules;
    this.#recent = new RecentIds(rules.remembered);
    this.#flood = new FloodLimit(rules.flood);
  }

  /** `again`: it was retained and is read on purpose, known or not. */
  async receive(
    frame: ReceivedFrame,
    { again = false }: { readonly again?: boolean } = {},
  ): Promise<Received> {
    const opened = await this.#opener.open(frame);
    if (!opened.ok) return { envelopes: [], refused: [opened.error] };
    const { sender, envelopes, refused } = opened.value;
    if (sender.node === this.#rules.self) return NOTHING;
    const fits = again ? envelopes.length : this.#flood.take(sender.node, envelopes.length, frame.at);
    const taken: Envelope[] = [];
    const dropped: Refusal[] = [...refused];
    for (const [index, envelope] of envelopes.entries()) {
      const objection =
        index >= fits
          ? Result.err<Refusal>({ kind: 'flood', detail: 'more than one node may send' })
          : this.#fresh(envelope, frame.at, again);
      if (objection.ok) taken.push(envelope);
      else dropped.push({ ...objection.error, node: sender.node });
    }
    return { envelopes: taken, refused: dropped };
  }

  #fresh({ id, timestamp }: Envelope, at: Timestamp, again: boolean): Result<true, Refusal> {
    const apart = at - timestamp * 1_000;
    if (Math.abs(apart) > this.#rules.windowMs) {
      return Result.err({ kind: 'stale', detail: `sent ${Math.round(apart)} ms before the bus took it` });
    }
    if (!this.#recent.add(id) && !again) return Result.err({ kind: 'replayed', detail: `message ${id}` });
    return Result.ok(true);
  }
}
