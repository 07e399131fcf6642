import {
  ClockSkew,
  type Credentials,
  FloodLimit,
  type FloodRule,
  FrameOpener,
  FrameSealer,
  type KnownNode,
  Members,
  type Message,
  NodeDirectory,
  type PolicyUpdate,
  Reception,
  type Refusal,
  readRevocations,
} from '@aegis/mesh';
import { AegisError, type Clock, type Logger, type Random, Result } from '@aegis/model';
import type { Bus, Ledger, Memory, MemoryReport, Registry, Stream } from '@aegis/ports';
import type { WitnessedTrail } from '@aegis/trail';
import type { MeshSettings } from '../config/sections/mesh-section.ts';
import type { DecisionService } from '../decisions/decision-service.ts';
import type { Part } from '../node/lifecycle.ts';
import type { Mesh } from '../node/services.ts';
import { backoffMs, pause } from '../pipeline/backoff.ts';
import type { TimedProposal } from '../pipeline/timed-proposal.ts';
import type { Policies } from '../policy/policies.ts';
import type { TrailReader } from '../trail/trail-reader.ts';
import { Heartbeats } from './heartbeats.ts';
import { LedgerOutbox } from './ledger-outbox.ts';
import { messageOfReport } from './memory-messages.ts';
import { MeshInbox } from './mesh-inbox.ts';
import type { MeshMetrics } from './mesh-metrics.ts';
import { MeshSender } from './mesh-sender.ts';
import { messageHandlers } from './message-handlers.ts';
import { applyReceivedPolicy } from './received-policy.ts';
import { RefusalLog } from './refusal-log.ts';
import { ReportOutbox } from './report-outbox.ts';
import { StepIntake } from './step-intake.ts';
import { Suspicions } from './suspicions.ts';
import { TrailWitness } from './trail-witness.ts';

export interface MeshServiceOptions {
  readonly credentials: Credentials;
  readonly settings: Pick<
    MeshSettings,
    'heartbeatMs' | 'replayWindowMs' | 'maxPerSecond' | 'maxInfluence' | 'followPolicies'
  >;
  readonly bus: Bus;
  readonly ledger: Ledger;
  readonly registry: Registry;
  readonly memory: Memory;
  /** Where findings wait for the mesh. */
  readonly reports: Stream;
  readonly decisions: DecisionService;
  readonly policies: Policies;
  /** Of this node. */
  readonly trail: Pick<TrailReader, 'publicKey' | 'checkpoint' | 'consistency'>;
  readonly newId: () => string;
  readonly version: string;
  readonly metrics: MeshMetrics;
  readonly clock: Clock;
  readonly random: Random;
  /** Unpredictable bytes. */
  readonly entropy: (bytes: number) => Uint8Array;
  readonly logger: Logger;
}

/** What one node may send at once, as a multiple of what it may each second. */
const BURST = 10;
/** What others take of a node is more than it lets itself send: clocks of buses and nodes run apart a little. */
const SLACK = 1.5;
const REMEMBERED_IDS = 100_000;
const REVOCATIONS_KEY = 'mesh/revocations';
/** A token that ends sooner is worth a word to a person. */
const RENEWAL_MS = 7 * 86_400_000;
/** How long who joins is told which tokens are no longer any good, s: as long as a token can be. */
const REVOCATIONS_RETAINED_S = 366 * 86_400;

/**
 * This node's part in the mesh: what it decides, finds and suspects goes out, and what others do comes in. It is
 * never waited for: while the bus is away the node goes on with what it knows, what it has to tell waits on disk, and
 * when the bus is back it catches up by itself.
 */
export class MeshService implements Part, Mesh {
  readonly name: string = 'mesh';
  readonly #options: MeshServiceOptions;
  readonly #stop = new AbortController();
  readonly #skew = new ClockSkew();
  readonly #directory = new NodeDirectory();
  readonly #members: Members;
  readonly #sender: MeshSender;
  readonly #outbox: LedgerOutbox;
  readonly #reports: ReportOutbox;
  readonly #inbox: MeshInbox;
  readonly #steps: StepIntake;
  readonly #heartbeats: Heartbeats;
  readonly #suspicions: Suspicions;
  readonly #refusals: RefusalLog;
  readonly #witness: TrailWitness;
  #running: Promise<void> = Promise.resolve();
  #trouble = 'not connected yet';
  #outboxTrouble = '';
  #isRenewalTold = false;

  constructor(options: MeshServiceOptions) {
    this.#options = options;
    const { credentials, settings, bus, ledger, registry, memory, reports, decisions, policies } = options;
    const { clock, random, logger, metrics, entropy, version, trail, newId } = options;
    const { node, region } = credentials;
    const skew = this.#skew;
    const flood = (slack: number): FloodRule => ({
      perSecond: settings.maxPerSecond * slack,
      burst: settings.maxPerSecond * BURST * slack,
    });
    this.#members = new Members(credentials.mesh, credentials.authorities);
    this.#refusals = new RefusalLog(logger, clock, metrics.refused);
    this.#sender = new MeshSender({
      ...{ bus, node, region, skew, clock },
      sealer: new FrameSealer(credentials, entropy),
      flood: new FloodLimit(flood(1)),
      life: Buffer.from(entropy(9)).toString('base64url'),
      onSent: metrics.sent,
    });
    const onState = (trouble: string): void => {
      this.#outboxTrouble = trouble;
    };
    const sender = this.#sender;
    this.#witness = new TrailWitness({ node, trail, sender, registry, ledger, newId, skew, clock, logger });
    this.#outbox = new LedgerOutbox({ ledger, registry, sender, skew, clock, random, logger, onState });
    this.#reports = new ReportOutbox({ stream: reports, sender, random, logger });
    const onRefused = (refusal: Refusal): void => this.#refusals.add(refusal);
    this.#steps = new StepIntake({ take: (steps) => decisions.receive(steps), onRefused, random, logger });
    this.#suspicions = new Suspicions({
      node,
      minConfidence: () => policies.current().effective.proposals.minConfidence,
      maxInfluence: settings.maxInfluence,
      skew,
    });
    this.#inbox = new MeshInbox({
      ...{ bus, registry, skew, clock, random, logger, onRefused },
      reception: new Reception(new FrameOpener(credentials, this.#members), {
        self: node,
        windowMs: settings.replayWindowMs,
        flood: flood(SLACK),
        remembered: REMEMBERED_IDS,
      }),
      handlers: messageHandlers({
        ...{ memory, decisions, metrics, skew, onRefused, steps: this.#steps, suspicions: this.#suspicions },
        directory: this.#directory,
        takePolicy: (update, from) => this.#takePolicy(update, from),
        hearOfTrail: (envelope, word) => this.#witness.hear(envelope, word),
        patience: { signal: this.#stop.signal, random, logger },
      }),
      onResynced: () => this.#outbox.rewind(),
      onSynced: metrics.synced,
    });
    this.#heartbeats = new Heartbeats({
      ...{ sender, directory: this.#directory, skew, clock, node, region, version },
      everyMs: settings.heartbeatMs,
      decisions: () => decisions.size,
    });
  }

  get mesh(): string {
    return this.#options.credentials.mesh;
  }

  /** Why this node is cut off, in words; empty when it is not. */
  get trouble(): string {
    return this.#trouble || this.#outboxTrouble || this.#tokenTrouble;
  }

  /** How far the clock of this node is ahead of the mesh's, ms. */
  get skewMs(): number {
    return this.#skew.ms;
  }

  nodes(): readonly KnownNode[] {
    return this.#directory.nodes(this.#options.clock.now() - this.#skew.ms);
  }

  /** What is kept of the trails of others, by node. */
  trails(): ReadonlyMap<string, WitnessedTrail> {
    return this.#witness.trails();
  }

  forgetTrail(node: string): Promise<boolean> {
    return this.#witness.forget(node);
  }

  async start(): Promise<void> {
    const kept = await this.#options.registry.get(REVOCATIONS_KEY);
    if (kept !== undefined) await this.#takeRevocations(kept.value);
    await this.#reports.start();
    await this.#witness.start();
    this.#running = this.#run();
  }

  /** Something was written to the ledger. */
  wake(): void {
    this.#outbox.wake();
  }

  /** Tells others of findings that this node's memory has taken. */
  async share(reports: readonly MemoryReport[]): Promise<void> {
    await this.#keepToTell(reports.flatMap((report) => messageOfReport(report, this.#skew) ?? []));
  }

  /** Tells others what this node is not sure enough of, and proposes what is sure together with what they said. */
  async suspect(proposals: readonly TimedProposal[]): Promise<void> {
    const { tell, propose } = this.#suspicions.own(proposals);
    await this.#keepToTell(tell);
    await this.#options.decisions.propose(propose);
  }

  /** A list that the authority signed is in force at once, and told to everybody. The error is for a person. */
  async revoke(list: string): Promise<Result<number, string>> {
    const { registry } = this.#options;
    const taken = await this.#takeRevocations(list);
    if (!taken.ok) return taken;
    if (taken.value) {
      await registry.put(REVOCATIONS_KEY, list);
      await this.#sendRevocations(list).catch(() => {});
    }
    return Result.ok(this.#members.revoked.tokenIds.size);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#inbox.stop();
    await this.#steps.stop();
    await this.#inbox.keep();
    await this.#outbox.stop();
    await this.#reports.stop();
  }

  /** Connects, however long it takes, then says every now and then that this node is there. */
  async #run(): Promise<void> {
    const { random, logger, credentials } = this.#options;
    const { signal } = this.#stop;
    let isIn = false;
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.#observeClock();
        if (!isIn) {
          await this.#inbox.start();
          await this.#outbox.start();
          const list = (await this.#options.registry.get(REVOCATIONS_KEY))?.value;
          if (list !== undefined) await this.#sendRevocations(list);
          isIn = true;
          logger.info({ mesh: credentials.mesh }, 'this node is in the mesh');
        }
        await this.#heartbeats.send();
        await this.#witness.tell();
        this.#observeToken();
        if (failures > 0) logger.info({}, 'the mesh can be reached again');
        this.#trouble = '';
        failures = 0;
        await pause(this.#heartbeats.intervalMs, signal);
      } catch (error) {
        if (signal.aborted) break;
        this.#trouble = error instanceof Error ? error.message : String(error);
        if (failures === 0)
          logger.warn(
            { error: this.#trouble },
            'the mesh cannot be reached; this node goes on with what it knows',
          );
        await pause(backoffMs(Math.min(failures++, 5), random), signal);
      }
    }
    if (this.#trouble === '') await this.#heartbeats.send(true).catch(() => {});
  }

  get #tokenTrouble(): string {
    const { clock, credentials } = this.#options;
    const { node, region, expires } = credentials;
    if (clock.now() - this.#skew.ms < expires) return '';
    return `the token of this node has expired: make another where the mesh was made, "aegis mesh token ${node} --region ${region}"`;
  }

  /** Others would refuse a node whose token has expired without its hearing of it. */
  #observeToken(): void {
    const { clock, credentials, logger } = this.#options;
    const { node, region, expires } = credentials;
    if (this.#isRenewalTold || clock.now() - this.#skew.ms < expires - RENEWAL_MS) return;
    this.#isRenewalTold = true;
    logger.warn(
      { expires: new Date(expires).toISOString() },
      `the token of this node has to be renewed: "aegis mesh token ${node} --region ${region}" where the mesh was made`,
    );
  }

  async #observeClock(): Promise<void> {
    const { bus, clock, logger } = this.#options;
    const before = clock.now();
    const there = await bus.now();
    if (!this.#skew.observe((before + clock.now()) / 2, there)) return;
    const ahead = this.#skew.ms / 1_000;
    logger.warn(
      { ahead_seconds: ahead },
      'the clock of this node is wrong, or that of the mesh is; set it right',
    );
  }

  async #keepToTell(messages: readonly Message[]): Promise<void> {
    try {
      await this.#reports.add(messages);
    } catch (error) {
      if (!(error instanceof AegisError)) throw error;
      this.#options.logger.warn({ error: error.message }, 'findings are not told to the mesh');
    }
  }

  async #takeRevocations(list: string): Promise<Result<boolean, string>> {
    const { mesh, authorities } = this.#options.credentials;
    const read = await readRevocations(list, mesh, authorities);
    if (!read.ok)
      return Result.err(`the authority of this mesh has not signed this list: ${read.error.detail}`);
    return Result.ok(this.#members.revoke(read.value));
  }

  async #sendRevocations(list: string): Promise<void> {
    const message: Message = { type: 'policy_update', data: { kind: 'revocations', list } };
    const until = this.#skew.toMesh(this.#options.clock.now()) + REVOCATIONS_RETAINED_S;
    await this.#sender.send('policy_update', [{ message, name: 'revocations', until }]);
  }

  async #takePolicy(data: PolicyUpdate, node: string): Promise<void> {
    const { policies, registry, logger, settings } = this.#options;
    if (data.kind === 'revocations') {
      const taken = await this.#takeRevocations(data.list);
      if (taken.ok && taken.value) await registry.put(REVOCATIONS_KEY, data.list);
    } else if (settings.followPolicies) {
      await applyReceivedPolicy(data, node, { policies, registry, skew: this.#skew, logger });
    }
  }
}
