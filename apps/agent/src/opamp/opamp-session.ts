import {
  AGENT_CAPABILITIES,
  AgentId,
  type AgentMessage,
  type CustomMessage,
  DECISIONS_CAPABILITY,
  FINDINGS_CAPABILITY,
  HALT_CAPABILITY,
  REPORT_FULL_STATE,
  readServerMessage,
  type ServerMessage,
  writeAgentMessage,
} from '@aegis/fleet';
import type { Logger } from '@aegis/model';

/** The parts of a report; each is told when it is different from what was told. */
export type AgentParts = Required<
  Pick<AgentMessage, 'description' | 'health' | 'effectiveConfig' | 'configStatus'>
>;

export interface OpampSessionOptions {
  readonly id: AgentId;
  readonly parts: () => AgentParts;
  /** The epoch that is obeyed now; undefined where the order was refused. */
  readonly onOrder: (order: string) => number | undefined;
  readonly onConfig: (config: NonNullable<ServerMessage['config']>) => void;
  readonly onCustom: (custom: CustomMessage) => void;
  /** There is something to {@link OpampSession.take}. */
  readonly onQueued: () => void;
  readonly logger: Logger;
}

const CAPABILITIES =
  AGENT_CAPABILITIES.reportsStatus |
  AGENT_CAPABILITIES.acceptsRemoteConfig |
  AGENT_CAPABILITIES.reportsEffectiveConfig |
  AGENT_CAPABILITIES.reportsHealth |
  AGENT_CAPABILITIES.reportsRemoteConfig |
  AGENT_CAPABILITIES.reportsHeartbeat;
const CUSTOM = [HALT_CAPABILITY, FINDINGS_CAPABILITY, DECISIONS_CAPABILITY] as const;
/** Messages that may wait for a transport; beyond it the oldest go, and everything is told again. */
const MOST_QUEUED = 64;

/** What is said on one connection, or one after the other over HTTP: OpAMP without a transport. */
export class OpampSession {
  readonly #options: OpampSessionOptions;
  #sequence = 0;
  #queue: CustomMessage[] = [];
  #full = true;
  #dirty = true;
  /** What was told last of each part, as JSON. */
  #told: Partial<Record<keyof AgentParts, string>> = {};
  #retryAfterMs = 0;

  constructor(options: OpampSessionOptions) {
    this.#options = options;
  }

  /** Everything is to be told: a new connection. */
  begin(): void {
    this.#full = true;
    this.#queue = [];
    this.#dirty = true;
  }

  /** Something of the parts may be different. */
  refresh(): void {
    this.#dirty = true;
    this.#options.onQueued();
  }

  tell(custom: CustomMessage): void {
    this.#queue.push(custom);
    if (this.#queue.length > MOST_QUEUED) this.#queue.shift();
    this.#options.onQueued();
  }

  get isEmpty(): boolean {
    return !this.#dirty && this.#queue.length === 0;
  }

  /** What the server asked to wait before anything else is said, ms; asking forgets it. */
  takeRetryAfter(): number {
    const ms = this.#retryAfterMs;
    this.#retryAfterMs = 0;
    return ms;
  }

  /** The next message; also where nothing is new: then it only says that the agent lives. */
  take(): Buffer {
    const custom = this.#queue.shift();
    const message = writeAgentMessage({
      instanceUid: AgentId.toBytes(this.#options.id),
      sequence: this.#sequence++,
      capabilities: CAPABILITIES,
      ...{ flags: 0, isLast: false },
      ...this.#news(),
      ...(this.#full && { customCapabilities: CUSTOM }),
      ...(custom !== undefined && { custom }),
    });
    this.#full = false;
    return message;
  }

  /** That it goes, for good or for a restart. */
  farewell(): Buffer {
    return writeAgentMessage({
      instanceUid: AgentId.toBytes(this.#options.id),
      sequence: this.#sequence++,
      ...{ capabilities: CAPABILITIES, flags: 0, isLast: true },
    });
  }

  /** What a server said. Bytes that are no message are passed over. */
  hear(bytes: Buffer): void {
    const { onConfig, onCustom, logger } = this.#options;
    let message: ServerMessage;
    try {
      message = readServerMessage(bytes);
    } catch (error) {
      logger.warn({ error: String(error) }, 'the server said what is no message');
      return;
    }
    const { custom, config, error, flags = 0 } = message;
    // Before anything else.
    if (custom?.capability === HALT_CAPABILITY) this.#hearOrder(custom);
    if (error !== undefined) {
      logger.warn({ kind: error.kind, error: error.message }, 'the server refuses');
      this.#retryAfterMs = error.retryAfterMs ?? 0;
    }
    if ((flags & REPORT_FULL_STATE) !== 0) {
      this.#full = true;
      this.refresh();
    }
    if (config !== undefined) onConfig(config);
    if (custom !== undefined && custom.capability !== HALT_CAPABILITY) onCustom(custom);
  }

  #hearOrder({ data }: CustomMessage): void {
    const epoch = this.#options.onOrder(textOf(data));
    if (epoch === undefined) return;
    const ack = Buffer.from(JSON.stringify({ epoch }));
    this.tell({ capability: HALT_CAPABILITY, type: 'ack', data: ack });
  }

  /** The parts that are different, or all. */
  #news(): Partial<AgentParts> {
    if (!this.#dirty) return {};
    this.#dirty = false;
    const parts = this.#options.parts();
    const news = Object.entries(parts).filter(([name, part]) => {
      const text = JSON.stringify(part);
      const isNew = this.#full || this.#told[name as keyof AgentParts] !== text;
      this.#told[name as keyof AgentParts] = text;
      return isNew;
    });
    return Object.fromEntries(news);
  }
}

function textOf(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString();
}
