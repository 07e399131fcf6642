import { randomBytes } from 'node:crypto';
import {
  AGENT_CAPABILITIES,
  AgentId,
  type AgentMessage,
  type AgentState,
  afterMessage,
  type ConfigVersion,
  type CustomMessage,
  DECISIONS_CAPABILITY,
  DecisionAsk,
  type EffectiveConfig,
  effectiveConfig,
  FINDINGS_CAPABILITY,
  type FleetTarget,
  HALT_CAPABILITY,
  type HaltOrder,
  REPORT_FULL_STATE,
  REQUEST_INSTANCE_UID,
  readDecisionMessage,
  readFindingBatch,
  SERVER_CAPABILITIES,
  type ServerMessage,
  targetedAgent,
  writeServerMessage,
} from '@aegis/fleet';
import type { Clock, Logger, Result } from '@aegis/model';
import type { Fleet, FleetAgent, FleetAgentQuery, FleetStatus } from '../node/services.ts';
import { AgentBook, type AgentLink } from './agent-book.ts';
import type { ConfigBook, ConfigRefusal, ConfigWish } from './config-book.ts';
import type { DecisionTeller } from './decision-teller.ts';
import type { FindingIntake } from './finding-intake.ts';
import type { HaltBook, StandingHalt } from './halt-book.ts';

export interface FleetServiceOptions {
  readonly configs: ConfigBook;
  readonly halts: HaltBook;
  readonly findings: FindingIntake;
  readonly decisions: DecisionTeller;
  readonly mostAgents: number;
  /** An agent without a connection is away when it was not heard of for this long. */
  readonly awayMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

const CAPABILITIES =
  SERVER_CAPABILITIES.acceptsStatus |
  SERVER_CAPABILITIES.offersRemoteConfig |
  SERVER_CAPABILITIES.acceptsEffectiveConfig;
const CONFIG_NAME = 'aegis.json';
const RETRY_MS = 30_000;
/** Agents told before others get a turn. */
const AT_ONCE = 1_000;

/** What this server tells agents: their config, and whether to halt. Whoever speaks for them brings bytes. */
export class FleetService implements Fleet {
  readonly #options: FleetServiceOptions;
  readonly #agents: AgentBook;

  constructor(options: FleetServiceOptions) {
    this.#options = options;
    this.#agents = new AgentBook(options.mostAgents);
  }

  /** Takes in what an agent says; the answer. `link` is its connection, where it keeps one open. */
  converse(message: AgentMessage, link: AgentLink | undefined): Buffer {
    const { clock } = this.#options;
    const id = AgentId.fromBytes(message.instanceUid);
    if (id === undefined) return refusal(message, 'instance_uid: expected 16 bytes');
    const entry = this.#agents.get(id);
    const said = afterMessage(entry?.state, id, message, clock.now());
    const state = withHaltAck(said, message, this.standingOrder?.order.epoch ?? 0);
    const isNewLink = entry === undefined || entry.link !== link;
    const offered = isNewLink ? '' : entry.offered;
    // The newer connection is the agent's: the older one is a leftover, or somebody who took its name.
    if (isNewLink && link !== undefined) entry?.link?.end();
    const next = { state, link: message.isLast ? undefined : link, offered };
    if (!this.#agents.set(id, next)) return unavailable(message);
    const config = state.isPartial ? undefined : this.#offerOf(state, offered);
    if (config !== undefined) next.offered = hex(config.hash);
    const order = this.#orderFor(state);
    const told = this.#answerTo(state, message, link);
    // An answer carries one custom message, and the order to halt waits for none.
    const first = order === undefined ? told : order;
    if (order !== undefined && told !== undefined) link?.send(customFor(id, told));
    return writeServerMessage({
      instanceUid: message.instanceUid,
      capabilities: CAPABILITIES,
      customCapabilities: [HALT_CAPABILITY, FINDINGS_CAPABILITY, DECISIONS_CAPABILITY],
      ...(state.isPartial && { flags: REPORT_FULL_STATE }),
      ...((message.flags & REQUEST_INSTANCE_UID) !== 0 && { newInstanceUid: newUid(clock.now()) }),
      ...(config !== undefined && { config: offerOf(config) }),
      ...(first !== undefined && { custom: first }),
    });
  }

  /** The connection of an agent has ended. */
  gone(id: AgentId, link: AgentLink): void {
    const entry = this.#agents.get(id);
    if (entry?.link === link) entry.link = undefined;
  }

  /** Ends connections that nothing was heard on for too long. */
  sweep(): void {
    const { clock, awayMs } = this.#options;
    const before = clock.now() - awayMs;
    for (const entry of this.#agents.entries()) {
      if (entry.link === undefined || entry.state.lastSeen >= before) continue;
      entry.link.end();
      entry.link = undefined;
    }
  }

  status(): FleetStatus {
    const { halts } = this.#options;
    const counts = { online: 0, offline: 0, unhealthy: 0, config_failed: 0, behind: 0, halted: 0 };
    const order = halts.standing?.order;
    for (const { state, link } of this.#agents.entries()) {
      counts[this.#isOnline(state, link) ? 'online' : 'offline']++;
      if (state.health?.healthy === false) counts.unhealthy++;
      if (state.configStatus?.status === 'failed') counts.config_failed++;
      if (this.#offerOf(state, '') !== undefined) counts.behind++;
      if (order?.state === 'halted' && state.haltEpoch >= order.epoch) counts.halted++;
    }
    return { agents: this.#agents.size, ...counts, ...(order !== undefined && { order }) };
  }

  agents({ limit, after, text, online }: FleetAgentQuery): readonly FleetAgent[] {
    const wanted = text?.toLowerCase();
    return [...this.#agents.entries()]
      .map((entry) => this.#agentOf(entry.state, entry.link))
      .filter((agent) => online === undefined || agent.online === online)
      .filter(({ state }) => after === undefined || state.id > after)
      .filter(({ state }) => wanted === undefined || JSON.stringify(state).toLowerCase().includes(wanted))
      .sort((a, b) => (a.state.id < b.state.id ? -1 : 1))
      .slice(0, limit);
  }

  agent(id: AgentId): FleetAgent | undefined {
    const entry = this.#agents.get(id);
    return entry === undefined ? undefined : this.#agentOf(entry.state, entry.link);
  }

  async configure(wish: ConfigWish, author: string): Promise<Result<ConfigVersion, ConfigRefusal>> {
    const put = await this.#options.configs.put(wish, author);
    if (put.ok) void this.offerAll();
    return put;
  }

  async restore(
    wish: Pick<ConfigWish, 'target' | 'reason'> & { readonly version: number },
    author: string,
  ): Promise<Result<ConfigVersion, ConfigRefusal>> {
    const put = await this.#options.configs.restore(wish, author);
    if (put.ok) void this.offerAll();
    return put;
  }

  targets(): readonly FleetTarget[] {
    return this.#options.configs.targets();
  }

  history(target: FleetTarget): Promise<readonly ConfigVersion[]> {
    return this.#options.configs.history(target);
  }

  async order(state: HaltOrder['state'], by: string, reason: string): Promise<HaltOrder> {
    const standing = await this.#options.halts.order(state, by, reason);
    this.orderAll();
    return standing.order;
  }

  get standingOrder(): StandingHalt | undefined {
    return this.#options.halts.standing;
  }

  /** Tells every connected agent the standing order, before anything else is done. */
  orderAll(): void {
    for (const { state, link } of this.#agents.entries()) {
      const order = this.#orderFor(state);
      if (link !== undefined && order !== undefined) link.send(customFor(state.id, order));
    }
  }

  /** Tells every connected agent that there are decisions to ask for: no values, so that it costs little. */
  tellDecisions(): void {
    const news = this.#decisionMessage('news', this.#options.decisions.news);
    for (const { state, link } of this.#agents.entries())
      if (link !== undefined && state.customCapabilities.includes(DECISIONS_CAPABILITY))
        link.send(customFor(state.id, news));
  }

  /** What a custom message is answered with; who only asks from time to time hears of news with each answer. */
  #answerTo(
    { id, customCapabilities }: AgentState,
    { custom }: AgentMessage,
    link: AgentLink | undefined,
  ): CustomMessage | undefined {
    const { decisions } = this.#options;
    if (custom?.capability === FINDINGS_CAPABILITY) {
      void this.#takeFindings(id, custom, link);
      // Without a connection it hears of it with a later answer.
      return link === undefined ? this.#findingAck(id) : undefined;
    }
    if (custom?.capability === DECISIONS_CAPABILITY) {
      const ask = readDecisionMessage(DecisionAsk, custom.data);
      return ask === undefined ? undefined : this.#decisionMessage('page', decisions.answer(ask));
    }
    const isToldHere = link === undefined && customCapabilities.includes(DECISIONS_CAPABILITY);
    return isToldHere ? this.#decisionMessage('news', decisions.news) : undefined;
  }

  async #takeFindings(id: AgentId, { data }: CustomMessage, link: AgentLink | undefined): Promise<void> {
    const { findings, logger } = this.#options;
    const batch = readFindingBatch(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString());
    if (!batch.ok) {
      logger.debug({ agent: id, why: batch.error }, 'findings of an agent are refused');
      return;
    }
    const isTaken = await findings.take(id, batch.value);
    const ack = isTaken ? this.#findingAck(id) : undefined;
    if (ack !== undefined) link?.send(customFor(id, ack));
  }

  #findingAck(id: AgentId): CustomMessage | undefined {
    const ack = this.#options.findings.ackOf(id);
    return ack === undefined
      ? undefined
      : { capability: FINDINGS_CAPABILITY, type: 'ack', data: Buffer.from(JSON.stringify(ack)) };
  }

  #decisionMessage(type: 'news' | 'page', body: unknown): CustomMessage {
    return { capability: DECISIONS_CAPABILITY, type, data: Buffer.from(JSON.stringify(body)) };
  }

  /** Offers every connected agent what it is to have and has not. */
  async offerAll(): Promise<void> {
    let told = 0;
    for (const entry of [...this.#agents.entries()]) {
      const { state, link, offered } = entry;
      const config = link === undefined || state.isPartial ? undefined : this.#offerOf(state, offered);
      if (config === undefined) continue;
      entry.offered = hex(config.hash);
      link?.send(writeServerMessage({ instanceUid: AgentId.toBytes(state.id), config: offerOf(config) }));
      if (++told % AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Undefined where it takes none, has been offered it, or has it: also where it failed with it. */
  #offerOf(state: AgentState, offered: string): EffectiveConfig | undefined {
    if ((state.capabilities & AGENT_CAPABILITIES.acceptsRemoteConfig) === 0) return undefined;
    const config = this.#configOf(state);
    if (config === undefined) return undefined;
    const hash = hex(config.hash);
    return hash === offered || hash === hex(state.configStatus?.hash ?? NOTHING) ? undefined : config;
  }

  #configOf(state: AgentState): EffectiveConfig | undefined {
    const { configs } = this.#options;
    return effectiveConfig(targetedAgent(state), (target) => configs.versionsOf(target));
  }

  /** Where it understands orders and has not said that it obeys this one: again with every answer. */
  #orderFor(state: AgentState): CustomMessage | undefined {
    const standing = this.#options.halts.standing;
    if (standing === undefined || standing.order.epoch <= state.haltEpoch) return undefined;
    if (!state.customCapabilities.includes(HALT_CAPABILITY)) return undefined;
    return { capability: HALT_CAPABILITY, type: 'order', data: Buffer.from(standing.signed) };
  }

  #isOnline(state: AgentState, link: AgentLink | undefined): boolean {
    const { clock, awayMs } = this.#options;
    return link !== undefined || state.lastSeen >= clock.now() - awayMs;
  }

  #agentOf(state: AgentState, link: AgentLink | undefined): FleetAgent {
    const config = this.#configOf(state);
    const findings = this.#options.findings.of(state.id);
    return {
      state,
      ...(findings !== undefined && { findings }),
      online: this.#isOnline(state, link),
      connected: link !== undefined,
      ...targetedAgent(state),
      ...(config !== undefined && {
        wanted: config,
        hasWanted: hex(config.hash) === hex(state.configStatus?.hash ?? NOTHING),
      }),
    };
  }
}

const NOTHING = Buffer.alloc(0);

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

function customFor(id: AgentId, custom: CustomMessage): Buffer {
  return writeServerMessage({ instanceUid: AgentId.toBytes(id), custom });
}

function offerOf({ text, hash }: EffectiveConfig): NonNullable<ServerMessage['config']> {
  return { name: CONFIG_NAME, body: Buffer.from(text), contentType: 'application/json', hash };
}

/** `{"epoch":7}`; what cannot be read, or was never ordered, acknowledges nothing. */
function withHaltAck(state: AgentState, { custom }: AgentMessage, ordered: number): AgentState {
  if (custom?.capability !== HALT_CAPABILITY || custom.type !== 'ack') return state;
  try {
    const { epoch } = JSON.parse(Buffer.from(custom.data).toString('utf8', 0, 256)) as { epoch?: unknown };
    return Number.isSafeInteger(epoch) && Number(epoch) <= ordered
      ? { ...state, haltEpoch: Math.max(state.haltEpoch, Number(epoch)) }
      : state;
  } catch {
    return state;
  }
}

function refusal({ instanceUid }: AgentMessage, message: string): Buffer {
  return writeServerMessage({ instanceUid, error: { kind: 'bad_request', message } });
}

function unavailable({ instanceUid }: AgentMessage): Buffer {
  const message = 'this server has as many agents as it takes';
  return writeServerMessage({ instanceUid, error: { kind: 'unavailable', message, retryAfterMs: RETRY_MS } });
}

/** A UUID of version 7 (RFC 9562, section 5.7). */
function newUid(now: number): Uint8Array {
  const uid = randomBytes(16);
  uid.writeUIntBE(now, 0, 6);
  uid[6] = ((uid[6] as number) & 0x0f) | 0x70;
  uid[8] = ((uid[8] as number) & 0x3f) | 0x80;
  return uid;
}
