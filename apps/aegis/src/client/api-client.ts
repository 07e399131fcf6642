import type { Scope, SessionInput, SessionRecord } from '@aegis/model';
import type { SessionStats } from '@aegis/ports';
import type { Agreement } from '@aegis/trail';
import type { Role } from '../auth/roles.ts';
import type { FalsePositive } from '../decisions/false-positive.ts';
import type { SessionFormat } from '../export/session-formats.ts';
import type { CandidateDocument } from '../http/documents/candidate-document.ts';
import type { DecisionDocument } from '../http/documents/decision-document.ts';
import type { WishReport } from '../http/documents/decision-wish-document.ts';
import type { ExplanationDocument } from '../http/documents/explanation-document.ts';
import type {
  FeedDocument,
  FeedPreviewDocument,
  FeedRefreshDocument,
} from '../http/documents/feed-document.ts';
import type {
  FleetConfigDocument,
  FleetStatusDocument,
  HaltOrderDocument,
} from '../http/documents/fleet-document.ts';
import type {
  GuardBanDocument,
  GuardCaseDocument,
  GuardClientDocument,
} from '../http/documents/guard-document.ts';
import type { HuntStatusDocument } from '../http/documents/hunt-document.ts';
import type { CreatedKeyDocument, KeyDocument } from '../http/documents/key-document.ts';
import type {
  AttackerDocument,
  CampaignDocument,
  CcServerDocument,
  PatternDocument,
} from '../http/documents/memory-document.ts';
import type { MeshDocument } from '../http/documents/mesh-document.ts';
import type { NodeDocument } from '../http/documents/node-document.ts';
import type { ChannelDocument, ChannelTestDocument } from '../http/documents/notification-document.ts';
import type { PeerCheckpointsDocument, PeerTrailDocument } from '../http/documents/peer-trail-document.ts';
import type { PlaceDocument } from '../http/documents/place-document.ts';
import type {
  PolicyHistoryDocument,
  PolicyInForceDocument,
  PolicyPlanDocument,
  PolicyVersionDocument,
} from '../http/documents/policy-document.ts';
import type { SeriesDocument } from '../http/documents/stats-document.ts';
import type { VerdictDocument } from '../http/documents/verdict-document.ts';
import type { EntryProofDocument } from '../trail/entry-proof.ts';
import type {
  AgentAsk,
  AuditAsk,
  ChangeAsk,
  CheckAsk,
  DecisionAsk,
  DecisionExportAsk,
  FleetConfigAsk,
  GuardStateAsk,
  ImportAsk,
  MemoryAsk,
  SeriesAsk,
  SessionAsk,
  WishAsk,
} from './api-asks.ts';
import type {
  AgentPage,
  AgentReport,
  AttackerReport,
  AuditEntryDocument,
  DecisionHistoryDocument,
  DecisionPageDocument,
  FlowReport,
  GuardStatusDocument,
  ImportReport,
  MachineDocument,
  SessionPage,
} from './api-reports.ts';
import { type FollowAsk, type FollowedEvent, followDecisions } from './follow-decisions.ts';
import { type PushOptions, type PushProgress, pushSessions } from './push-sessions.ts';
import { createTransport, type Query, type TransportOptions } from './transport.ts';
/**
 * The API of a node as functions. All of them throw ApiError; lists answer one page, and `cursor` is the `next`
 * of the page before.
 */
export interface ApiClient {
  check(request: CheckAsk): Promise<VerdictDocument>;
  explain(request: CheckAsk): Promise<ExplanationDocument>;
  /** At most 1,000, answered in their order. */
  checkMany(requests: readonly CheckAsk[]): Promise<readonly VerdictDocument[]>;
  locate(address: string): Promise<PlaceDocument>;

  listDecisions(filter?: DecisionAsk): Promise<DecisionPageDocument>;
  getDecision(id: string): Promise<DecisionHistoryDocument>;
  addDecision(wish: WishAsk): Promise<DecisionDocument>;
  /** At most 10,000, each answered by itself. */
  addDecisions(wishes: readonly WishAsk[]): Promise<WishReport>;
  liftDecision(id: string, reason?: string, mistake?: FalsePositive): Promise<void>;
  /** How many ended. */
  liftMatching(
    target: { readonly scope: Scope; readonly value: string },
    reason?: string,
    mistake?: FalsePositive,
  ): Promise<number>;
  importDecisions(list: ImportAsk): Promise<ImportReport>;
  exportDecisions(options: DecisionExportAsk): Promise<AsyncIterable<Uint8Array>>;
  /** See `followDecisions`. */
  followDecisions(options: FollowAsk): AsyncIterable<FollowedEvent>;

  listFeeds(): Promise<readonly FeedDocument[]>;
  /** Answers once what it says is in force; a feed that cannot be had is an outcome. */
  refreshFeed(name: string): Promise<FeedRefreshDocument>;
  /** The list is sent along: the node fetches nothing. */
  previewFeed(
    text: string,
    options?: { readonly format?: string; readonly feed?: string },
  ): Promise<FeedPreviewDocument>;

  listSessions(filter?: SessionAsk): Promise<SessionPage>;
  listAlerts(filter?: Omit<SessionAsk, 'level' | 'min_score' | 'max_score'>): Promise<SessionPage>;
  getSession(id: string): Promise<SessionRecord>;
  exportSessions(
    options: Omit<SessionAsk, 'limit' | 'cursor'> & { readonly format: SessionFormat },
  ): Promise<AsyncIterable<Uint8Array>>;
  /** See `pushSessions`. */
  pushSessions(
    sessions: AsyncIterable<SessionInput> | Iterable<SessionInput>,
    options: PushOptions,
  ): AsyncGenerator<PushProgress>;
  stats(range?: { readonly from?: string; readonly to?: string }): Promise<SessionStats>;
  series(query: SeriesAsk): Promise<SeriesDocument>;
  days(): Promise<readonly string[]>;

  fleetStatus(): Promise<FleetStatusDocument>;
  listAgents(query: AgentAsk): Promise<AgentPage>;
  getAgent(id: string): Promise<AgentReport>;
  fleetTargets(): Promise<readonly string[]>;
  /** Newest first. */
  fleetConfigs(target: string): Promise<readonly FleetConfigDocument[]>;
  putFleetConfig(wish: FleetConfigAsk): Promise<FleetConfigDocument>;
  rollBackFleetConfig(wish: {
    readonly target: string;
    readonly version: number;
    readonly reason: string;
  }): Promise<FleetConfigDocument>;
  haltFleet(reason: string): Promise<HaltOrderDocument>;
  resumeFleet(reason: string): Promise<HaltOrderDocument>;

  listPatterns(query?: MemoryAsk): Promise<readonly PatternDocument[]>;
  listAttackers(query?: MemoryAsk): Promise<readonly AttackerDocument[]>;
  getAttacker(address: string): Promise<AttackerReport>;
  /** Of the last hour. */
  listCampaigns(query?: { readonly limit?: number }): Promise<readonly CampaignDocument[]>;
  listCcServers(query?: MemoryAsk): Promise<readonly CcServerDocument[]>;

  /** Whole lines of one format, with its header. At most 16 MiB. */
  pushFlows(text: string, format?: string): Promise<FlowReport>;
  huntStatus(): Promise<HuntStatusDocument>;
  huntCandidates(query: {
    readonly min_score: number;
    readonly limit: number;
  }): Promise<readonly CandidateDocument[]>;
  /** By port. */
  huntCandidate(address: string): Promise<readonly CandidateDocument[]>;

  guardStatus(): Promise<GuardStatusDocument>;
  guardClient(user: string): Promise<GuardClientDocument>;
  guardClients(filter: {
    readonly state: string;
    readonly limit: number;
  }): Promise<readonly GuardClientDocument[]>;
  guardSetState(user: string, ask: GuardStateAsk): Promise<GuardClientDocument>;
  /** Whether there was anything to lift. */
  guardLift(user: string, reason?: string): Promise<boolean>;
  guardBans(): Promise<readonly GuardBanDocument[]>;
  guardLiftBan(ip: string): Promise<boolean>;
  guardCases(filter: {
    readonly status?: string;
    readonly limit: number;
  }): Promise<readonly GuardCaseDocument[]>;
  guardRule(
    id: string,
    ask: { readonly ruling: 'upheld' | 'overturned'; readonly reason: string },
  ): Promise<GuardCaseDocument>;
  policy(): Promise<PolicyInForceDocument>;
  /** Newest first, 1 to 100. */
  policyVersions(limit?: number): Promise<readonly PolicyHistoryDocument[]>;
  policyVersion(version: number): Promise<PolicyVersionDocument>;
  /** What would change; changes nothing. */
  planPolicy(policy: unknown): Promise<PolicyPlanDocument>;
  applyPolicy(wish: ChangeAsk & { readonly policy: unknown }): Promise<PolicyInForceDocument>;
  rollBackPolicy(wish: ChangeAsk & { readonly version: number }): Promise<PolicyInForceDocument>;

  node(): Promise<NodeDocument>;
  /** Needs no key. */
  ready(): Promise<{ readonly ready: boolean; readonly parts: Readonly<Record<string, boolean>> }>;
  /** Prometheus exposition text. */
  metrics(): Promise<string>;
  mesh(): Promise<MeshDocument>;
  listChannels(): Promise<readonly ChannelDocument[]>;
  /** A channel that cannot be reached is an outcome. */
  testChannel(channel: string): Promise<ChannelTestDocument>;
  /** A list that the authority signed; how many tokens it names. */
  revokeNodes(list: string): Promise<number>;
  listKeys(): Promise<readonly KeyDocument[]>;
  createKey(wish: { readonly name: string; readonly role: Role }): Promise<CreatedKeyDocument>;
  revokeKey(id: string): Promise<KeyDocument>;
  listAudit(filter: AuditAsk): Promise<readonly AuditEntryDocument[]>;
  /** By its number on the trail, or the id of its record. */
  proveEntry(entry: string): Promise<EntryProofDocument>;
  /** Lines of JSON; see `verifyExport`. */
  exportTrail(): Promise<AsyncIterable<Uint8Array>>;
  agreement(): Promise<Agreement>;
  listPeerTrails(): Promise<readonly PeerTrailDocument[]>;
  peerTrail(node: string): Promise<PeerCheckpointsDocument>;
  forgetPeerTrail(node: string): Promise<void>;
  /** CrowdSec agents. */
  listMachines(): Promise<readonly MachineDocument[]>;
  approveMachine(id: string): Promise<MachineDocument>;
  removeMachine(id: string): Promise<void>;
}

interface Candidates {
  readonly candidates: readonly CandidateDocument[];
}

const CONTENT_TYPE = { json: 'application/json', csv: 'text/csv', plain: 'text/plain' } as const;

/** Refused and throttled requests are what was asked about, not problems. */
const VERDICTS = [403, 429];

export function createApiClient(options: TransportOptions): ApiClient {
  const transport = createTransport(options);
  // The server's documents are the types here; a node of another version may add members.
  const get = async <T>(path: string, query: Query = {}, answers: readonly number[] = []): Promise<T> =>
    (await transport.json({ path, query, answers })) as T;
  const post = async <T>(path: string, value: unknown): Promise<T> =>
    (await transport.json({ method: 'POST', path, body: jsonBody(value) })) as T;
  const remove = async <T>(path: string, query: Query = {}): Promise<T> =>
    (await transport.json({ method: 'DELETE', path, query })) as T;

  return Object.freeze<ApiClient>({
    check: (request) => get('/v1/check', request, VERDICTS),
    explain: (request) => get('/v1/check', { ...request, explain: true }, VERDICTS),
    checkMany: async (checks) =>
      (await post<{ verdicts: readonly VerdictDocument[] }>('/v1/check', { checks })).verdicts,
    locate: (address) => get(`/v1/geo/${encodeURIComponent(address)}`),

    listDecisions: (filter) => get('/v1/decisions', filter),
    getDecision: (id) => get(`/v1/decisions/${encodeURIComponent(id)}`),
    addDecision: (wish) => post('/v1/decisions', wish),
    addDecisions: (wishes) => post('/v1/decisions', wishes),
    liftDecision: async (id, reason, false_positive) => {
      await remove(`/v1/decisions/${encodeURIComponent(id)}`, { reason, false_positive });
    },
    liftMatching: async (target, reason, false_positive) =>
      (await remove<{ lifted: number }>('/v1/decisions', { ...target, reason, false_positive })).lifted,
    importDecisions: async ({ format, text, defaults = {} }) =>
      (await transport.json({
        method: 'POST',
        path: '/v1/decisions/import',
        query: defaults,
        body: { type: CONTENT_TYPE[format], text },
      })) as ImportReport,
    exportDecisions: (query) => transport.stream({ path: '/v1/decisions/export', query }),
    followDecisions: (followOptions) => followDecisions(transport, followOptions),

    listFeeds: async () => (await get<{ feeds: readonly FeedDocument[] }>('/v1/feeds')).feeds,
    refreshFeed: (name) => post(`/v1/feeds/${encodeURIComponent(name)}/refresh`, undefined),
    previewFeed: async (text, query = {}) =>
      (await transport.json({
        method: 'POST',
        path: '/v1/feeds/preview',
        query,
        body: { type: CONTENT_TYPE.plain, text },
      })) as FeedPreviewDocument,

    listSessions: (filter) => get('/v1/sessions', filter),
    listAlerts: (filter) => get('/v1/alerts', filter),
    getSession: (id) => get(`/v1/sessions/${encodeURIComponent(id)}`),
    exportSessions: (query) => transport.stream({ path: '/v1/sessions/export', query }),
    pushSessions: (sessions, pushOptions) => pushSessions(transport, sessions, pushOptions),
    stats: (range) => get('/v1/stats', range),
    series: (query) => get('/v1/stats/series', query),
    days: async () => (await get<{ days: readonly string[] }>('/v1/days')).days,

    fleetStatus: () => get('/v1/fleet'),
    listAgents: (query) => get('/v1/fleet/agents', query),
    getAgent: (id) => get(`/v1/fleet/agents/${encodeURIComponent(id)}`),
    fleetTargets: async () => (await get<{ targets: readonly string[] }>('/v1/fleet/configs')).targets,
    fleetConfigs: async (target) =>
      (
        await get<{ versions: readonly FleetConfigDocument[] }>(
          `/v1/fleet/configs/${encodeURIComponent(target)}`,
        )
      ).versions,
    putFleetConfig: (wish) => post('/v1/fleet/configs', wish),
    rollBackFleetConfig: (wish) => post('/v1/fleet/configs/rollback', wish),
    haltFleet: (reason) => post('/v1/fleet/halt', { reason }),
    resumeFleet: (reason) => post('/v1/fleet/resume', { reason }),

    listPatterns: async (query) =>
      (await get<{ patterns: readonly PatternDocument[] }>('/v1/memory/patterns', query)).patterns,
    listAttackers: async (query) =>
      (await get<{ attackers: readonly AttackerDocument[] }>('/v1/memory/attackers', query)).attackers,
    getAttacker: (address) => get(`/v1/memory/attackers/${encodeURIComponent(address)}`),
    listCampaigns: async (query) =>
      (await get<{ campaigns: readonly CampaignDocument[] }>('/v1/memory/campaigns', query)).campaigns,
    listCcServers: async (query) =>
      (await get<{ cc_servers: readonly CcServerDocument[] }>('/v1/memory/cc-servers', query)).cc_servers,

    pushFlows: async (text, format) =>
      (await transport.json({
        method: 'POST',
        path: '/v1/flows',
        query: { format },
        body: { type: CONTENT_TYPE.plain, text },
      })) as FlowReport,
    huntStatus: () => get('/v1/hunt'),
    huntCandidates: async (query) => (await get<Candidates>('/v1/hunt/candidates', query)).candidates,
    huntCandidate: async (address) =>
      (await get<Candidates>(`/v1/hunt/candidates/${encodeURIComponent(address)}`)).candidates,

    guardStatus: () => get('/v1/guard'),
    guardClient: (user) => get(`/v1/guard/clients/${encodeURIComponent(user)}`),
    guardClients: async (filter) =>
      (await get<{ clients: readonly GuardClientDocument[] }>('/v1/guard/clients', filter)).clients,
    guardSetState: (user, ask) => post(`/v1/guard/clients/${encodeURIComponent(user)}/state`, ask),
    guardLift: async (user, reason) =>
      (await remove<{ lifted: boolean }>(`/v1/guard/clients/${encodeURIComponent(user)}/state`, { reason }))
        .lifted,
    guardBans: async () => (await get<{ bans: readonly GuardBanDocument[] }>('/v1/guard/bans')).bans,
    guardLiftBan: async (ip) => (await remove<{ lifted: boolean }>('/v1/guard/bans', { ip })).lifted,
    guardCases: async (filter) =>
      (await get<{ cases: readonly GuardCaseDocument[] }>('/v1/guard/cases', filter)).cases,
    guardRule: (id, ask) => post(`/v1/guard/cases/${encodeURIComponent(id)}/ruling`, ask),
    policy: () => get('/v1/policy'),
    policyVersions: async (limit) =>
      (await get<{ versions: readonly PolicyHistoryDocument[] }>('/v1/policy/versions', { limit })).versions,
    policyVersion: (version) => get(`/v1/policy/versions/${version}`),
    planPolicy: (policy) => post('/v1/policy/check', { policy }),
    applyPolicy: (wish) => post('/v1/policy/versions', wish),
    rollBackPolicy: (wish) => post('/v1/policy/rollback', wish),

    node: () => get('/v1/node'),
    ready: () => get('/health/ready', {}, [503]),
    metrics: async () =>
      Buffer.concat(await Array.fromAsync(await transport.stream({ path: '/metrics' }))).toString(),
    mesh: () => get('/v1/mesh'),
    listChannels: async () =>
      (await get<{ channels: readonly ChannelDocument[] }>('/v1/notifications')).channels,
    testChannel: (channel) => post(`/v1/notifications/${encodeURIComponent(channel)}/test`, undefined),
    revokeNodes: async (list) => (await post<{ revoked: number }>('/v1/mesh/revocations', { list })).revoked,
    listKeys: async () => (await get<{ keys: readonly KeyDocument[] }>('/v1/keys')).keys,
    createKey: (wish) => post('/v1/keys', wish),
    revokeKey: (id) => remove(`/v1/keys/${encodeURIComponent(id)}`),
    listAudit: async (filter) =>
      (await get<{ entries: readonly AuditEntryDocument[] }>('/v1/audit', filter)).entries,
    proveEntry: (entry) => get(`/v1/trail/proof/${encodeURIComponent(entry)}`),
    exportTrail: () => transport.stream({ path: '/v1/trail/export' }),
    agreement: () => get('/v1/trail/agreement'),
    listPeerTrails: async () => (await get<{ peers: readonly PeerTrailDocument[] }>('/v1/trail/peers')).peers,
    peerTrail: (node) => get(`/v1/trail/peers/${encodeURIComponent(node)}`),
    forgetPeerTrail: async (node) => {
      await remove(`/v1/trail/peers/${encodeURIComponent(node)}`);
    },
    listMachines: async () =>
      (await get<{ machines: readonly MachineDocument[] }>('/v1/crowdsec/machines')).machines,
    approveMachine: (id) => post(`/v1/crowdsec/machines/${encodeURIComponent(id)}/approve`, {}),
    removeMachine: async (id) => {
      await remove(`/v1/crowdsec/machines/${encodeURIComponent(id)}`);
    },
  });
}

function jsonBody(value: unknown): { readonly type: string; readonly text: string } {
  return { type: CONTENT_TYPE.json, text: JSON.stringify(value) };
}
