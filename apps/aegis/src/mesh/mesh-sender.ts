import { createHash } from 'node:crypto';
import {
  CHANNELS,
  type Channel,
  type ClockSkew,
  type Envelope,
  type FloodLimit,
  FRAME_ENVELOPES,
  FRAME_UNITS,
  type FrameSealer,
  type Message,
  type MessageType,
} from '@aegis/mesh';
import { AegisError, type Clock } from '@aegis/model';
import type { Bus } from '@aegis/ports';
import { pause } from '../pipeline/backoff.ts';

export interface MeshSenderOptions {
  readonly bus: Bus;
  readonly sealer: FrameSealer;
  readonly node: string;
  readonly region: string;
  readonly skew: ClockSkew;
  /** The rule that others hold this node to. */
  readonly flood: FloodLimit;
  readonly clock: Clock;
  /** Unique to this life of the process. */
  readonly life: string;
  readonly onSent: (type: MessageType, count: number) => void;
}

export interface Outgoing {
  readonly message: Message;
  /** What it is about: the same messages sent again take the place of those before. */
  readonly name: string;
  /** Until when who joins late has to know it: seconds, by the clock of the mesh. Absent: not at all. */
  readonly until?: number;
}

/** Puts messages of this node on the bus. */
export class MeshSender {
  readonly #options: MeshSenderOptions;
  #count = 0;

  constructor(options: MeshSenderOptions) {
    this.#options = options;
  }

  /**
   * Sends messages of one type in order, in as few frames as they fit, no faster than others take them. Resolves
   * once all can be read again. Throws AegisError `bus_unavailable`: some may have been sent.
   */
  async send(type: MessageType, outgoing: readonly Outgoing[], signal?: AbortSignal): Promise<void> {
    const { bus, sealer, onSent } = this.#options;
    const channel: Channel = CHANNELS[type];
    for (const part of frames(outgoing)) {
      await this.#pace(part.length, signal);
      const frame = sealer.seal(
        channel,
        part.map(({ message }) => this.#envelope(message)),
      );
      const until = Math.max(...part.map((each) => each.until ?? 0)) * 1_000;
      const retain = { key: keyOf(part), until };
      await bus.publish(channel, frame, until === 0 ? {} : { retain });
      onSent(type, part.length);
    }
  }

  #envelope(message: Message): Envelope {
    const { node, region, skew, clock, life } = this.#options;
    this.#count += 1;
    return {
      ...message,
      id: `${life}-${this.#count}`,
      source_node: node,
      source_region: region,
      timestamp: skew.toMesh(clock.now()),
    };
  }

  async #pace(count: number, signal: AbortSignal | undefined): Promise<void> {
    const { flood, node, clock } = this.#options;
    const wait = flood.waitFor(node, count, clock.monotonic());
    if (wait > 0) await pause(wait, signal ?? new AbortController().signal);
    if (signal?.aborted === true) throw new AegisError('bus_unavailable', 'the node is stopping');
    flood.take(node, count, clock.monotonic());
  }
}

function keyOf(part: readonly Outgoing[]): string {
  return createHash('sha256')
    .update(part.map(({ name }) => name).join('\n'))
    .digest('base64url');
}

function frames(outgoing: readonly Outgoing[]): readonly (readonly Outgoing[])[] {
  const parts: Outgoing[][] = [];
  let units = Number.POSITIVE_INFINITY;
  for (const each of outgoing) {
    const size = JSON.stringify(each.message.data).length;
    const last = parts.at(-1);
    if (last === undefined || last.length === FRAME_ENVELOPES || units + size > FRAME_UNITS) {
      parts.push([each]);
      units = size;
    } else {
      last.push(each);
      units += size;
    }
  }
  return parts;
}
