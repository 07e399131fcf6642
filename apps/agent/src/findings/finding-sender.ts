import {
  FINDINGS_CAPABILITY,
  type Finding,
  type FindingBatch,
  MOST_FINDINGS,
  readFindingAck,
} from '@aegis/fleet';
import type { Clock } from '@aegis/model';
import type { OpampSession } from '../opamp/opamp-session.ts';
import type { FindingBuffer } from './finding-buffer.ts';

export interface FindingSenderOptions {
  readonly buffer: FindingBuffer;
  readonly session: Pick<OpampSession, 'tell'>;
  readonly clock: Clock;
}

const BATCH_BYTES = 262_144;
/** Without an answer it is sent again after this, ms. */
const PATIENCE_MS = 30_000;

/** Brings findings to the server, a batch at a time: the next one when the last is acknowledged. */
export class FindingSender {
  readonly #options: FindingSenderOptions;
  #isConnected = false;
  /** When the batch on its way was sent, monotonic. */
  #sentAt: number | undefined;

  constructor(options: FindingSenderOptions) {
    this.#options = options;
  }

  add(plugin: string, finding: Finding): void {
    this.#options.buffer.put(plugin, finding);
    this.#send();
  }

  connected(isConnected: boolean): void {
    this.#isConnected = isConnected;
    this.#sentAt = undefined;
    this.#send();
  }

  /** To be called from time to time. */
  tick(): void {
    const { clock } = this.#options;
    if (this.#sentAt !== undefined && clock.monotonic() - this.#sentAt > PATIENCE_MS)
      this.#sentAt = undefined;
    this.#send();
  }

  hearAck(data: Uint8Array): void {
    const { buffer } = this.#options;
    const ack = readFindingAck(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString());
    if (ack === undefined || ack.buffer !== buffer.name) return;
    buffer.acknowledge(ack.upto);
    this.#sentAt = undefined;
    this.#send();
  }

  #send(): void {
    const { buffer, session, clock } = this.#options;
    if (!this.#isConnected || this.#sentAt !== undefined) return;
    const findings = buffer.peek(MOST_FINDINGS, BATCH_BYTES);
    if (findings.length === 0) return;
    this.#sentAt = clock.monotonic();
    const batch: FindingBatch = { buffer: buffer.name, findings, counts: buffer.counts };
    session.tell({
      capability: FINDINGS_CAPABILITY,
      type: 'findings',
      data: Buffer.from(JSON.stringify(batch)),
    });
  }
}
