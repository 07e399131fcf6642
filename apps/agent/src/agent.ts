import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { arch, hostname, release } from 'node:os';
import {
  type AgentId,
  type CustomMessage,
  DECISIONS_CAPABILITY,
  DecisionNews,
  DecisionPage,
  FINDINGS_CAPABILITY,
  readDecisionMessage,
} from '@aegis/fleet';
import { AegisError, type Clock, type Decision, type Random } from '@aegis/model';
import { AgentBudget } from './agent-budget.ts';
import { type AgentFacts, agentState, healthOf } from './agent-health.ts';
import { boxCommand } from './box/box-plugins.ts';
import { ConfigKeeper } from './config/config-keeper.ts';
import type { AgentConfig } from './config/load-config.ts';
import { EnforcementList } from './decisions/enforcement-list.ts';
import { FindingBuffer } from './findings/finding-buffer.ts';
import { FindingSender } from './findings/finding-sender.ts';
import { HaltKeeper } from './halt/halt-keeper.ts';
import { OrderPoll } from './halt/order-poll.ts';
import { openLimitGroups } from './limits/limit-groups.ts';
import type { AgentLogger } from './log/agent-logger.ts';
import { OpampLink } from './opamp/opamp-link.ts';
import { type AgentParts, OpampSession } from './opamp/opamp-session.ts';
import { BREAKER_RULES } from './plugins/breaker.ts';
import { PLUGIN_TIMES } from './plugins/plugin-runner.ts';
import { Supervisor } from './plugins/supervisor.ts';
import { hostShare, provideIdentity } from './state/agent-identity.ts';
import { StateFolder } from './state/state-folder.ts';
import { VERSION } from './version.ts';

export interface AgentOptions {
  readonly config: AgentConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: AgentLogger;
}

/** What `aegis-agent status` shows; written to `status.json` while the agent runs. */
export interface AgentStatus {
  readonly pid: number;
  readonly at: number;
  readonly id: AgentId;
  readonly version: string;
  readonly server: string;
  readonly connected: boolean;
  readonly state: string;
  readonly limits: string;
  readonly health: AgentParts['health'];
  readonly config: { readonly status: string; readonly error: string };
  readonly decisions: readonly Decision[];
}

const TICK_MS = 2_000;
/** Well within the 20 s in which a halt reaches everyone. */
const ORDER_EVERY_MS = 12_000;
const BUDGET_OPEN_MS = 300_000;
const ORDER_PATH = '/v1/fleet/order';
const HALT = 'halt';
const BUDGET = 'budget';
/** Decisions shown in the status at most. */
const SHOWN_DECISIONS = 1_000;

/** The agent at work: everything is built here, started in order, and stopped in reverse. */
export class Agent {
  readonly id: AgentId;
  readonly #options: AgentOptions;
  readonly #state: StateFolder;
  readonly #keeper: HaltKeeper;
  readonly #poll: OrderPoll;
  readonly #buffer: FindingBuffer;
  readonly #sender: FindingSender;
  readonly #list: EnforcementList;
  readonly #configs: ConfigKeeper;
  readonly #supervisor: Supervisor;
  readonly #budget: AgentBudget;
  readonly #session: OpampSession;
  readonly #link: OpampLink;
  readonly #closeGroups: () => void;
  readonly #limits: string;
  #ticking: NodeJS.Timeout | undefined;

  /** Throws AegisError `key_unusable`, `fleet_key_unusable`, `state_unusable`, `buffer_unusable`, `bad_plugins`. */
  constructor(options: AgentOptions) {
    this.#options = options;
    const { config, clock, random, logger } = options;
    const { settings } = config;
    const key = readKey(settings.keyFile);
    const publicKey = readFleetKey(settings.fleetKeyFile);
    this.#state = new StateFolder(settings.stateDir);
    this.id = provideIdentity(this.#state, clock);
    const refresh = (): void => this.#session?.refresh();
    this.#keeper = new HaltKeeper({
      ...{ state: this.#state, publicKey, logger },
      onOrder: () => void this.#obey(),
    });
    this.#buffer = new FindingBuffer({
      path: this.#state.path('findings.db'),
      mostBytes: settings.bufferBytes,
    });
    this.#list = new EnforcementList(clock, refresh);
    this.#configs = configKeeper(this.#state, config);
    const groups = openLimitGroups(settings.limitKind, this.id, logger);
    this.#limits = groups.kind;
    this.#closeGroups = () => groups.close();
    this.#supervisor = new Supervisor({
      ...{ agentId: this.id, state: this.#state, groups, clock, logger, rules: BREAKER_RULES },
      times: { ...PLUGIN_TIMES, provenMs: settings.provenMs },
      onFinding: (plugin, finding) => this.#sender.add(plugin, finding),
      onChange: refresh,
    });
    this.#budget = new AgentBudget({
      ...{ memory: settings.budgetMemory, cpu: settings.budgetCpu, openMs: BUDGET_OPEN_MS },
      ...{ provenMs: settings.provenMs, clock },
    });
    this.#session = new OpampSession({
      id: this.id,
      parts: () => this.#parts(),
      onOrder: (order) => (this.#keeper.hear(order) ? this.#keeper.standing?.epoch : undefined),
      onConfig: (offered) => void this.#configure(offered),
      onCustom: (custom) => this.#hear(custom),
      onQueued: () => this.#link?.wake(),
      logger,
    });
    this.#sender = new FindingSender({ buffer: this.#buffer, session: this.#session, clock });
    this.#link = new OpampLink({
      ...{ url: settings.server, key, transport: settings.transport, session: this.#session },
      ...{ heartbeatMs: settings.heartbeatMs, share: hostShare(this.id, 'heartbeat'), random, logger },
      onChange: (isConnected) => this.#connected(isConnected),
    });
    this.#poll = new OrderPoll({
      ...{ url: settings.orderUrl || new URL(ORDER_PATH, settings.server).href, key, random, logger },
      ...{ keeper: this.#keeper, everyMs: ORDER_EVERY_MS, isTold: () => this.#link.isToldAtOnce },
    });
  }

  /** The order to halt is looked at before anything else runs. */
  async start(): Promise<void> {
    await this.#poll.look();
    if (this.#keeper.isHalted) await this.#supervisor.hold(HALT);
    this.#setLogLevel();
    await this.#supervisor.plan(this.#configs.plans);
    this.#poll.start();
    this.#link.start();
    this.#tick();
    this.#ticking = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Resolves once nothing of it runs. */
  async stop(): Promise<void> {
    clearInterval(this.#ticking);
    await this.#supervisor.hold('stop');
    await this.#link.stop();
    await this.#poll.stop();
    this.#writeStatus();
    this.#buffer.close();
    this.#closeGroups();
  }

  async #obey(): Promise<void> {
    await (this.#keeper.isHalted ? this.#supervisor.hold(HALT) : this.#supervisor.release(HALT));
    this.#writeStatus();
  }

  async #configure(offered: Parameters<ConfigKeeper['offer']>[0]): Promise<void> {
    const isGood = this.#configs.offer(offered);
    this.#session.refresh();
    if (!isGood) return;
    this.#setLogLevel();
    await this.#supervisor.plan(this.#configs.plans);
  }

  #setLogLevel(): void {
    const { config, logger } = this.#options;
    logger.setLevel(this.#configs.logLevel ?? config.settings.logLevel);
  }

  #hear(custom: CustomMessage): void {
    if (custom.capability === FINDINGS_CAPABILITY && custom.type === 'ack') this.#sender.hearAck(custom.data);
    if (custom.capability !== DECISIONS_CAPABILITY) return;
    if (custom.type === 'news') {
      const news = readDecisionMessage(DecisionNews, custom.data);
      if (news !== undefined && this.#list.isBehind(news)) this.#askDecisions();
    } else if (custom.type === 'page') {
      const page = readDecisionMessage(DecisionPage, custom.data);
      if (page !== undefined && this.#list.take(page)) this.#askDecisions();
    }
  }

  #askDecisions(): void {
    const data = Buffer.from(JSON.stringify(this.#list.next()));
    this.#session.tell({ capability: DECISIONS_CAPABILITY, type: 'ask', data });
  }

  #connected(isConnected: boolean): void {
    this.#sender.connected(isConnected);
    if (isConnected) this.#askDecisions();
    this.#writeStatus();
  }

  #tick(): void {
    this.#sender.tick();
    const { user, system } = process.cpuUsage();
    const own = { memory: process.memoryUsage.rss(), cpuMs: (user + system) / 1_000 };
    const asked = this.#budget.look(own, this.#supervisor.reports);
    if (asked !== 'nothing') {
      this.#options.logger.error({ why: this.#budget.blame }, `the agent as a whole: plugins ${asked}`);
      void (asked === 'stop' ? this.#supervisor.hold(BUDGET) : this.#supervisor.release(BUDGET));
    }
    this.#writeStatus();
  }

  #facts(): AgentFacts {
    return {
      isHalted: this.#keeper.isHalted,
      haltEpoch: this.#keeper.standing?.epoch ?? 0,
      refusedOrders: this.#keeper.refused,
      budget: this.#budget.phase,
      blame: this.#budget.blame,
      plugins: this.#supervisor.reports,
      findings: this.#buffer.counts,
      decisions: this.#list.inForce().length,
      memory: process.memoryUsage.rss(),
    };
  }

  #parts(): AgentParts {
    const { groups, room } = this.#options.config.settings;
    const facts = this.#facts();
    return {
      description: {
        identifying: {
          'service.name': 'aegis-agent',
          'service.version': VERSION,
          'service.instance.id': this.id,
        },
        others: {
          ...{ 'host.name': hostname(), 'host.arch': arch(), 'os.type': 'linux', 'os.version': release() },
          ...(groups.length > 0 && { 'aegis.group': groups.join(',') }),
          ...(room !== '' && { 'aegis.room': room }),
          'aegis.limits': this.#limits,
        },
      },
      health: healthOf(facts),
      effectiveConfig: [
        {
          name: 'aegis.json',
          body: Buffer.from(this.#configs.effective(facts.plugins)),
          contentType: 'application/json',
        },
      ],
      configStatus: this.#configStatus(facts),
    };
  }

  #configStatus(facts: AgentFacts): AgentParts['configStatus'] {
    const state = agentState(facts);
    return this.#configs.statusWith(facts.plugins, state === 'HALTED' || state === 'OPEN');
  }

  #writeStatus(): void {
    const { clock, config, logger } = this.#options;
    const facts = this.#facts();
    const { status, error } = this.#configStatus(facts);
    const shown: AgentStatus = {
      ...{ pid: process.pid, at: clock.now(), id: this.id, version: VERSION, server: config.settings.server },
      ...{ connected: this.#link.isConnected, state: agentState(facts), limits: this.#limits },
      ...{ health: healthOf(facts), config: { status, error } },
      decisions: this.#list.inForce().slice(0, SHOWN_DECISIONS),
    };
    try {
      this.#state.write('status.json', JSON.stringify(shown), 0o644);
    } catch (failure) {
      logger.debug({ error: String(failure) }, 'the status cannot be written');
    }
  }
}

function configKeeper(state: StateFolder, local: AgentConfig): ConfigKeeper {
  try {
    return new ConfigKeeper({ state, local, commandOf: boxCommand });
  } catch (cause) {
    throw new AegisError('bad_plugins', (cause as Error).message, { cause });
  }
}

function readKey(path: string): string {
  const key = readText(path, 'key_unusable', 'made by: aegis keys create NAME --role agent').trim();
  if (/^[\x21-\x7e]{1,512}$/.test(key)) return key;
  throw new AegisError('key_unusable', `${path} holds no API key`);
}

function readFleetKey(path: string): KeyObject {
  const pem = readText(path, 'fleet_key_unusable', "fleet.pub of the node's data directory");
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below.
  }
  throw new AegisError('fleet_key_unusable', `${path} is no Ed25519 public key in PEM`);
}

function readText(path: string, code: string, whatItIs: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AegisError(code, `${path} cannot be read (${whatItIs}): ${(cause as Error).message}`, {
      cause,
    });
  }
}
