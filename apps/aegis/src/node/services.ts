import type { Explanation, Refusal } from '@aegis/decide';
import type {
  AgentId,
  AgentState,
  ConfigVersion,
  EffectiveConfig,
  FindingCounts,
  FleetTarget,
  HaltOrder,
} from '@aegis/fleet';
import type { Guard } from '@aegis/guard';
import type { Candidate, FlowFormat } from '@aegis/hunt';
import type { ColumnRole, FeedFormat, FeedSummary, Indicator } from '@aegis/indicators';
import type { KnownNode } from '@aegis/mesh';
import type {
  Action,
  CheckRequest,
  Decision,
  Prefix,
  Result,
  Scope,
  SessionInput,
  SessionRecord,
  Verdict,
} from '@aegis/model';
import type {
  Archive,
  DecisionPage,
  DecisionQuery,
  DecisionStanding,
  Geo,
  Ledger,
  Memory,
} from '@aegis/ports';
import type { WitnessedTrail } from '@aegis/trail';
import type { ApiKeys } from '../auth/api-keys.ts';
import type { CampaignStanding } from '../campaigns/campaign-watch.ts';
import type { NextStage } from '../campaigns/next-stages.ts';
import type { ChannelKind } from '../config/sections/notifications-section.ts';
import type { Machines } from '../crowdsec/machines.ts';
import type { FalsePositive } from '../decisions/false-positive.ts';
import type { FeedRefresh, FeedStatus } from '../feeds/feed.ts';
import type { FeedChanges } from '../feeds/feed-job.ts';
import type { ConfigRefusal, ConfigWish } from '../fleet/config-book.ts';
import type { HuntStatus } from '../hunt/hunt-message.ts';
import type { FlowsTaken } from '../hunt/live-hunt.ts';
import type { Mirror } from '../mirror/request-mirror.ts';
import type { Policies } from '../policy/policies.ts';
import type { TrailReader } from '../trail/trail-reader.ts';

/** What the servers and commands of a node work with; built once, in `start-node.ts`. */
export interface Services {
  readonly node: NodeInfo;
  readonly checks: Checks;
  readonly mirror: Mirror;
  readonly decisions: Decisions;
  readonly policies: Policies;
  readonly feeds: Feeds;
  readonly intake: Intake;
  readonly archive: Archive;
  /** What a session becomes where it is exported: itself, or masked. */
  readonly maskExported: (session: SessionRecord) => SessionRecord;
  readonly memory: Memory;
  readonly geo: Geo;
  readonly ledger: Ledger;
  readonly trail: TrailReader;
  readonly keys: ApiKeys;
  /** CrowdSec agents. */
  readonly machines: Machines;
  readonly health: Health;
  readonly metrics: MetricsText;
  /** Absent where this node is alone. */
  readonly mesh?: Mesh;
  /** Abuse protection for the servers that ask this node. */
  readonly guard: Guard;
  readonly hunt: Hunt;
  readonly campaigns: Campaigns;
  readonly fleet: Fleet;
  readonly notifications: Notifications;
}

/** The channels over which people are told. */
export interface Notifications {
  /** In the order of the config; none where it names none. Throws AegisError `notifications_unavailable`. */
  list(): Promise<readonly ChannelStatus[]>;
  /** Sends a test, past all queues; the error is for a person. Undefined where there is no such channel. */
  test(name: string): Promise<Result<void, string> | undefined>;
}

export interface ChannelStatus {
  readonly name: string;
  readonly kind: ChannelKind;
  /** Without what is secret. */
  readonly place: string;
  /** Things that wait. */
  readonly waiting: number;
  /** Messages, since the node was started; and things that were dropped. */
  readonly sent: number;
  readonly dropped: number;
  readonly lastSent?: number;
  /** Why it cannot send, in words; empty when it can. */
  readonly trouble: string;
}

/** The nodes that this one shares with. */
export interface Mesh {
  /** Its name. */
  readonly mesh: string;
  /** Why this node is cut off, in words; empty when it is not. */
  readonly trouble: string;
  /** How far the clock of this node is ahead of the mesh's, ms. */
  readonly skewMs: number;
  /** This one too. */
  nodes(): readonly KnownNode[];
  /** What this node keeps of the trails of the others, by node. */
  trails(): ReadonlyMap<string, WitnessedTrail>;
  /** What that node shows next is believed; false where nothing was kept of it. Throws AegisError `registry_unavailable`. */
  forgetTrail(node: string): Promise<boolean>;
  /** Puts a list of revocations in force that the authority signed; how many tokens it names. The error is for a person. */
  revoke(list: string): Promise<Result<number, string>>;
}

export interface NodeInfo {
  readonly id: string;
  readonly region: string;
  readonly version: string;
  readonly startedAt: number;
}

/** Who asks, for the audit. */
export interface Actor {
  /** A key's name, `cli`, `node`. */
  readonly name: string;
  /** An address, or `local`. */
  readonly from: string;
}

export interface Checks {
  /** No I/O; microseconds. */
  check(request: CheckRequest): Verdict;
  /** The same for addresses alone, in order; cheaper than one by one. */
  checkAddresses(addresses: readonly string[]): readonly Verdict[];
  explain(request: CheckRequest): Explanation;
}

export interface Decisions {
  /**
   * Keeps them in the ledger, then puts them in force here, on the bus and in the enforcers. Each is answered
   * by itself; a refusal says why (lock-out protection, bad value, no room). Throws AegisError `ledger_unavailable`.
   */
  add(wishes: readonly DecisionWish[], actor: Actor): Promise<readonly Result<Decision, DecisionRefusal>[]>;
  /** Ends it now; false where it is not in force. One that was a mistake is counted as such. */
  lift(id: string, reason: string, actor: Actor, mistake?: FalsePositive): Promise<boolean>;
  /** Ends every decision in force with this scope and value; how many. */
  liftMatching(
    target: { readonly scope: Scope; readonly value: string },
    reason: string,
    actor: Actor,
    mistake?: FalsePositive,
  ): Promise<number>;
  /** What is written in the ledger, newest first: not what feeds list. */
  list(query: DecisionQuery): Promise<DecisionPage>;
  /** Of the ledger, or what a feed lists. */
  get(id: string): Promise<DecisionStanding | undefined>;
  /** Tells of every change after it took effect; returns the way to stop. */
  onChange(listener: (change: DecisionChange) => void): () => void;
}

export interface DecisionWish {
  readonly scope: Scope;
  readonly value: string;
  readonly action: Action;
  readonly durationMs: number;
  readonly reason: string;
  /** Default `operator`. */
  readonly origin?: string;
  /** Default the actor's name. */
  readonly source?: string;
  /** Default 1. */
  readonly weight?: number;
  /** The same key is decided once; without it each wish is new. */
  readonly key?: string;
}

export interface DecisionRefusal {
  readonly kind: Refusal['kind'] | 'already_decided' | 'full';
  readonly message: string;
}

/** `extended` carries the decision with its new end, `lifted` the one that has ended. */
export interface DecisionChange {
  readonly kind: 'made' | 'extended' | 'lifted';
  readonly decision: Decision;
}

export interface Feeds {
  /** What they list, as far as it is given to those who carry decisions out. */
  readonly listed: Listed;
  /** In the order of the config. */
  list(): readonly FeedStatus[];
  get(name: string): FeedStatus | undefined;
  /** Asks a feed now; undefined where there is none of this name. Throws AegisError `ledger_unavailable`. */
  refresh(name: string, actor: Actor): Promise<FeedRefresh | undefined>;
  /** From a position on; undefined where there is none of this name. */
  indicators(name: string, from: number, limit: number): FeedListing | undefined;
  /** What a list holds, without putting any of it in force; the error is for the person who asked. */
  preview(ask: FeedPreviewAsk): Promise<Result<FeedPreview, string>>;
}

/** Decisions that are in no ledger, as feeds can be had again: each stands for what a feed lists. */
export interface Listed {
  inForce(): IterableIterator<Decision>;
  /** Those on exactly this. */
  on(scope: Scope, value: string): readonly Decision[];
  /** Tells of changes after they took effect, some hundreds at once at most; returns the way to stop. */
  onChange(listener: (changes: readonly DecisionChange[]) => void): () => void;
}

export interface FeedListing {
  readonly indicators: readonly Indicator[];
  /** The position after these, where there are more. */
  readonly next?: number;
}

export interface FeedPreviewAsk {
  readonly body: Uint8Array;
  readonly format?: FeedFormat;
  readonly columns?: readonly ColumnRole[];
  /** The feed whose state it is compared with, and whose action says what it may hold. */
  readonly feed?: string;
}

export interface FeedPreview {
  readonly summary: FeedSummary;
  /** Distinct ones. */
  readonly indicators: number;
  readonly scopes: Readonly<Partial<Record<Scope, number>>>;
  /** The first few. */
  readonly sample: readonly string[];
  /** Why it would not be taken for a state of a feed. */
  readonly broken?: string;
  readonly changes?: FeedChanges;
}

/** The hunt for command-and-control servers. All of it throws AegisError `hunt_unavailable`. */
export interface Hunt {
  /**
   * Flows as text: whole lines of one format, told from the first where it is not named. Those taken are kept. The
   * error is for who sent them. Throws AegisError `disk_full` besides; then none was taken.
   */
  take(text: string, format?: FlowFormat): Promise<Result<FlowsTaken, string>>;
  status(): Promise<HuntStatus>;
  /** Of the last look, the most suspicious first; gaps are told of the first bots only. */
  candidates(leastScore: number, most: number): Promise<readonly Candidate[]>;
  /** Those at an address in its canonical spelling, by port. */
  candidatesAt(address: string): Promise<readonly Candidate[]>;
  /** Never proposed, whatever is found. */
  readonly allowed: readonly Prefix[];
}

/** Host agents of this server. What reaches the registry throws AegisError `registry_unavailable`. */
export interface Fleet {
  status(): FleetStatus;
  /** By id. */
  agents(query: FleetAgentQuery): readonly FleetAgent[];
  agent(id: AgentId): FleetAgent | undefined;
  /** A new version; agents that are connected are offered it at once. */
  configure(wish: ConfigWish, author: string): Promise<Result<ConfigVersion, ConfigRefusal>>;
  /** What an earlier version said, as a new one. */
  restore(
    wish: Pick<ConfigWish, 'target' | 'reason'> & { readonly version: number },
    author: string,
  ): Promise<Result<ConfigVersion, ConfigRefusal>>;
  /** Targets that have a config. */
  targets(): readonly FleetTarget[];
  /** Newest first. */
  history(target: FleetTarget): Promise<readonly ConfigVersion[]>;
  /** Halts every agent, or has them go on; those that are connected hear it at once. */
  order(state: HaltOrder['state'], by: string, reason: string): Promise<HaltOrder>;
}

export interface FleetStatus {
  readonly agents: number;
  readonly online: number;
  readonly offline: number;
  readonly unhealthy: number;
  readonly config_failed: number;
  /** That have not what they are to have. */
  readonly behind: number;
  /** That obey the order to halt. */
  readonly halted: number;
  /** Absent where there never was one. */
  readonly order?: HaltOrder;
}

export interface FleetAgentQuery {
  readonly limit: number;
  /** Those after this id. */
  readonly after?: string;
  /** Found in anything known of it, any case. */
  readonly text?: string;
  readonly online?: boolean;
}

export interface FleetAgent {
  readonly state: AgentState;
  readonly online: boolean;
  /** By a WebSocket: told of changes at once. */
  readonly connected: boolean;
  readonly groups: readonly string[];
  readonly room: string | undefined;
  /** What it is to have; absent where nothing is said for it. */
  readonly wanted?: EffectiveConfig;
  readonly hasWanted?: boolean;
  /** What its plugins found; absent where it has told nothing of that. */
  readonly findings?: AgentFindings;
}

export interface AgentFindings extends FindingCounts {
  /** That were none, or more than an agent may hand in. */
  readonly refused: number;
  /** The latest, oldest first. */
  readonly reports: readonly AgentReportEntry[];
}

export interface AgentReportEntry {
  readonly plugin: string;
  readonly at: number;
  readonly about: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Campaigns {
  /** Of the last hour, the busiest first. */
  list(): readonly CampaignStanding[];
  /** Undefined where this address has attacked nobody lately. Throws AegisError `archive_unavailable`. */
  nextStage(address: string): Promise<NextStage | undefined>;
}

export interface Intake {
  /**
   * Durably accepts sessions for analysis, all or none. Resolves with how many once they would survive
   * kill -9. Throws AegisError `intake_full` where the backlog is at its bound, `disk_full` where the disk
   * has no room, `stream_store_full` where the Redis that keeps them has none, `stream_unavailable` otherwise.
   */
  accept(sessions: readonly SessionInput[]): Promise<number>;
  /** How far analysis is behind. */
  backlog(): Promise<{ readonly waiting: number; readonly pending: number; readonly buried: number }>;
}

export interface Health {
  /** `ready` only when every part works that a node cannot do without; each part by name. */
  report(): Promise<{ readonly ready: boolean; readonly parts: Readonly<Record<string, PartHealth>> }>;
}

export interface PartHealth {
  readonly ok: boolean;
  readonly detail: string;
}

export interface MetricsText {
  /** Prometheus exposition text and its content type. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}
