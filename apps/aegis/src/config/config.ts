import type { HttpConfig } from '../http/http-config.ts';
import { PRESET_NAMES, type PresetName } from './presets.ts';
import { type ArchiveSettings, archiveSection } from './sections/archive-section.ts';
import { type CrawlersSettings, crawlersSection } from './sections/crawlers-section.ts';
import { type CrowdsecSettings, crowdsecSection } from './sections/crowdsec-section.ts';
import { type DecisionsSettings, decisionsSection } from './sections/decisions-section.ts';
import { type DecoySettings, decoySection } from './sections/decoy-section.ts';
import { type EnforceSettings, enforceSection } from './sections/enforce-section.ts';
import { type FeedSettings, feedsSetting } from './sections/feeds-setting.ts';
import { type FleetSettings, fleetSection } from './sections/fleet-section.ts';
import { type GeoSettings, geoSection } from './sections/geo-section.ts';
import { type GrpcSettings, grpcSection } from './sections/grpc-section.ts';
import { type GuardSettings, guardSection } from './sections/guard-section.ts';
import { httpSection } from './sections/http-section.ts';
import { type HuntSettings, huntSection } from './sections/hunt-section.ts';
import { type LedgerSettings, ledgerSection } from './sections/ledger-section.ts';
import { type LogSettings, logSection } from './sections/log-section.ts';
import { type MaskingSettings, maskingSection } from './sections/masking-section.ts';
import { type MemorySettings, memorySection } from './sections/memory-section.ts';
import { type MeshSettings, meshSection } from './sections/mesh-section.ts';
import { type NodeSettings, nodeSection } from './sections/node-section.ts';
import { type NotificationsSettings, notificationsSection } from './sections/notifications-section.ts';
import { type PipelineSettings, pipelineSection } from './sections/pipeline-section.ts';
import { type QueuesSettings, queuesSection } from './sections/queues-section.ts';
import { type RateLimitSettings, rateLimitSection } from './sections/rate-limit-section.ts';
import { type RedisSettings, redisSection } from './sections/redis-section.ts';
import { type RegistrySettings, registrySection } from './sections/registry-section.ts';
import { type ScenariosSettings, scenariosSection } from './sections/scenarios-section.ts';
import { type TracingSettings, tracingSection } from './sections/tracing-section.ts';
import { type TrailSettings, trailSection } from './sections/trail-section.ts';
import { type WorkerSettings, workerSection } from './sections/worker-section.ts';
import type { Section } from './setting.ts';
import { choice, text } from './setting-kinds.ts';

/** Everything an operator may set, checked, with durations in milliseconds and sizes in bytes. */
export interface Config {
  readonly preset: PresetName;
  /** As written: relative to the current directory. */
  readonly dataDir: string;
  readonly node: NodeSettings;
  readonly log: LogSettings;
  readonly http: HttpConfig;
  readonly decoy: DecoySettings;
  readonly pipeline: PipelineSettings;
  readonly redis: RedisSettings;
  readonly mesh: MeshSettings;
  readonly worker: WorkerSettings;
  readonly archive: ArchiveSettings;
  readonly crowdsec: CrowdsecSettings;
  readonly grpc: GrpcSettings;
  readonly rateLimits: RateLimitSettings;
  readonly decisions: DecisionsSettings;
  readonly enforce: EnforceSettings;
  readonly ledger: LedgerSettings;
  readonly memory: MemorySettings;
  readonly registry: RegistrySettings;
  readonly queues: QueuesSettings;
  readonly notifications: NotificationsSettings;
  readonly tracing: TracingSettings;
  readonly trail: TrailSettings;
  readonly masking: MaskingSettings;
  readonly scenarios: ScenariosSettings;
  readonly geo: GeoSettings;
  readonly crawlers: CrawlersSettings;
  readonly guard: GuardSettings;
  readonly hunt: HuntSettings;
  readonly fleet: FleetSettings;
  readonly feeds: readonly FeedSettings[];
}

/** The whole of the config as a tree of documented keys: the one place they are listed. */
export const CONFIG: Section<Config> = {
  is: 'section',
  key: '',
  doc: 'Settings of an Aegis node.',
  members: {
    preset: choice({
      key: 'preset',
      doc: 'Where the defaults come from: laptop is one small machine and a person watching, production a server with a log collector.',
      initial: 'laptop',
      choices: PRESET_NAMES,
    }),
    dataDir: text({
      key: 'data_dir',
      doc: 'The directory of everything the node keeps, made where it is missing. Relative to the current directory. On a local disk, not a network share.',
      initial: './aegis-data',
      pattern: /^\P{Cc}{1,4000}$/u,
      expected: 'the name of a directory',
      variables: ['DATA_DIR'],
    }),
    node: nodeSection,
    log: logSection,
    http: httpSection,
    decoy: decoySection,
    pipeline: pipelineSection,
    redis: redisSection,
    mesh: meshSection,
    worker: workerSection,
    archive: archiveSection,
    crowdsec: crowdsecSection,
    grpc: grpcSection,
    rateLimits: rateLimitSection,
    decisions: decisionsSection,
    enforce: enforceSection,
    ledger: ledgerSection,
    memory: memorySection,
    registry: registrySection,
    queues: queuesSection,
    notifications: notificationsSection,
    tracing: tracingSection,
    trail: trailSection,
    masking: maskingSection,
    scenarios: scenariosSection,
    geo: geoSection,
    crawlers: crawlersSection,
    guard: guardSection,
    hunt: huntSection,
    fleet: fleetSection,
    feeds: feedsSetting,
  },
};
