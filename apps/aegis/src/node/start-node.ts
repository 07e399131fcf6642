import { randomBytes, randomUUID } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { DecisionEngine } from '@aegis/decide';
import { createMemoryEnforcer } from '@aegis/enforcer-memory';
import type { Clock, Decision, Logger, Random } from '@aegis/model';
import { API_KEYS_PREFIX, createApiKeys } from '../auth/api-keys.ts';
import { CampaignWatch } from '../campaigns/campaign-watch.ts';
import { NextStages } from '../campaigns/next-stages.ts';
import type { Config } from '../config/config.ts';
import type { Secrets } from '../config/env-secrets.ts';
import { openCrawlers } from '../crawlers/open-crawlers.ts';
import { openMachines } from '../crowdsec/machines.ts';
import { DecisionService } from '../decisions/decision-service.ts';
import { Enforcement } from '../decisions/enforcement.ts';
import { nodeOf } from '../decisions/plan-received.ts';
import { nodeFirewalls } from '../enforce/node-firewalls.ts';
import { FeedService } from '../feeds/feed-service.ts';
import { measureFleet } from '../fleet/fleet-metrics.ts';
import { measureGeo } from '../geo/geo-metrics.ts';
import { hostGuard } from '../guard/guard-host.ts';
import { createHttpServer } from '../http/server.ts';
import { HuntService } from '../hunt/hunt-service.ts';
import { type JoinedMesh, joinMesh } from '../mesh/join-mesh.ts';
import { openNotifications } from '../notifications/open-notifications.ts';
import { createIntake } from '../pipeline/intake.ts';
import { createProposalInbox } from '../pipeline/proposal-inbox.ts';
import { DECIDERS } from '../pipeline/proposal-outbox.ts';
import { createSessionWorker, sessionScenarios } from '../pipeline/session-worker.ts';
import type { TimedProposal } from '../pipeline/timed-proposal.ts';
import { followPolicies } from '../policy/follow-policies.ts';
import { addressesOf, configPolicy } from '../policy/node-policy.ts';
import { PolicyRegistry } from '../policy/policy-registry.ts';
import { PolicyService } from '../policy/policy-service.ts';
import { readPolicyKey } from '../policy/read-policy-key.ts';
import { countStrategies } from '../policy/strategy-metrics.ts';
import { queueParts } from '../queues/queue-parts.ts';
import { measureFollowed } from '../registry/measure-followed.ts';
import { type RegistryCopy, registryCopy } from '../registry/registry-copy.ts';
import { bucketFile, keptBuckets } from '../scenario/kept-buckets.ts';
import { openTracing, tracedDecisions } from '../tracing/open-tracing.ts';
import { AuditBuffer } from '../trail/audit-buffer.ts';
import { maskerFor, sessionMask } from '../trail/masker-for.ts';
import { nodeDeeds } from '../trail/node-deeds.ts';
import { openTrail } from '../trail/open-trail.ts';
import { trailedLedger } from '../trail/trailed-ledger.ts';
import { createChecks } from './checks.ts';
import { claimDataDir, type DataDir, dataDir, removeRunning, writeRunning } from './data-dir.ts';
import { cliNameOf, provideFirstKeys } from './first-keys.ts';
import { FLEET_PREFIX, nodeFleet } from './fleet.ts';
import { createHealth } from './health.ts';
import { Lifecycle } from './lifecycle.ts';
import { Metrics } from './metrics.ts';
import { listening, type NodePlaces, startServers } from './node-servers.ts';
import { sharesRegistry } from './open-registry.ts';
import { openStores, type Stores } from './open-stores.ts';
import { periodicWork } from './periodic-work.ts';
import type { Listed, Notifications, Services } from './services.ts';
import { timer } from './timer.ts';
import { VERSION } from './version.ts';
import { watchScenarios } from './watch-scenarios.ts';

export interface NodeOptions {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** Cannot be guessed by clients. */
  readonly random: Random;
  readonly logger: Logger;
}

/** A node at work. */
export interface StartedNode extends NodePlaces {
  readonly services: Services;
  /** `http://127.0.0.1:8411` */
  readonly api: string;
  /** Host and port for the PROXY protocol; absent where it is turned off. */
  readonly proxied?: string;
  /** On the first start only, to be shown once. */
  readonly firstAdminKey?: string;
  /** Finishes what is in hand, then ends; safe to call again. */
  stop(): Promise<void>;
}

const DAY_MS = 86_400_000;
const NO_NOTIFICATIONS: Notifications = { list: async () => [], test: async () => undefined };

/** Builds the whole node and starts it: stores, keys, decisions, pipeline, API, decoy, in this order. */
export async function startNode(options: NodeOptions): Promise<StartedNode> {
  const { config, secrets, clock, logger } = options;
  const dir = dataDir(config.dataDir, config.pipeline.stream);
  const lifecycle = new Lifecycle(logger);
  const release = claimDataDir(dir);
  try {
    // What a node that was killed says of itself is no longer true.
    removeRunning(dir);
    await lifecycle.start([{ name: 'data directory', start() {}, stop: release }]);
    const metrics = new Metrics();
    const onWritten = (bytes: number): void => metrics.bytesWritten.inc(bytes);
    const stores = await openStores({ config, secrets, dir, clock, logger, onWritten });
    await lifecycle.start([{ name: 'stores', start() {}, stop: () => stores.close() }]);
    return await startOn(stores, metrics, dir, lifecycle, options);
  } catch (error) {
    await lifecycle.stop();
    release();
    throw error;
  }
}

async function startOn(
  stores: Stores,
  metrics: Metrics,
  dir: DataDir,
  lifecycle: Lifecycle,
  options: NodeOptions,
): Promise<StartedNode> {
  const { config, clock, random, logger } = options;
  const { archive, memory, bus, registry, geo } = stores;
  const { service: trailService, reader: trail } = openTrail({
    dir,
    settings: config.trail,
    node: config.node.id,
    store: stores.trail,
    ledger: stores.ledger,
    ledgerRetentionMs: config.ledger.retentionDays * DAY_MS,
    clock,
    logger: logger.child({ part: 'trail' }),
    onProgress: metrics.trail,
  });
  let mesh: JoinedMesh | undefined;
  const auditBuffer = new AuditBuffer({ dir, suite: config.trail.suite, logger });
  const masker = maskerFor(config.masking, 'trail');
  const ledger = trailedLedger({
    ledger: stores.ledger,
    buffer: auditBuffer,
    onWrite() {
      trailService.wake();
      mesh?.wake();
    },
    ...(masker === undefined ? {} : { masker }),
  });
  const node = { id: config.node.id, region: config.node.region, version: VERSION, startedAt: clock.now() };
  const deeds = nodeDeeds({ node, ledger, clock, newId: randomUUID, logger });
  await lifecycle.start([trailService, deeds]);
  measureGeo(geo, metrics.registry);

  const isShared = sharesRegistry(config);
  const copyOf = (prefix: string): { readonly copy?: RegistryCopy } =>
    isShared ? { copy: registryCopy({ own: stores.own, prefix, logger }) } : {};
  const keys = await createApiKeys({
    ...{ registry, randomBytes, clock, logger, ...copyOf(API_KEYS_PREFIX) },
    ...(isShared ? { maxStaleMs: config.registry.keysLastMs } : {}),
  });
  await lifecycle.start([{ name: 'keys', start() {}, stop: () => keys.close() }]);
  const firstAdminKey = await provideFirstKeys(keys, dir, isShared ? cliNameOf(config.node.id) : undefined);

  const engine = new DecisionEngine({ policy: configPolicy(config), random });
  countStrategies(metrics.registry, engine);
  const ownAddresses = () => addressesOf(networkInterfaces());
  const policies = new PolicyService({
    config,
    ledger,
    engine,
    bus,
    clock,
    random,
    logger: logger.child({ part: 'policy' }),
    metrics,
    ownAddresses,
    ...(isShared
      ? { shared: new PolicyRegistry(registry, readPolicyKey(config.registry.policyKeyFile)) }
      : {}),
  });
  await policies.restore();
  const sharedPolicies = isShared ? [followPolicies({ policies, registry, clock, logger })] : [];
  await lifecycle.start(sharedPolicies);
  const { maxInForce } = config.decisions;
  const { maxPerNode } = config.mesh;
  const decisions = new DecisionService({
    ...{ ledger, engine, bus, maxInForce, maxPerNode, clock, logger, metrics },
  });
  await decisions.restore();
  const feeds = new FeedService({
    feeds: config.feeds,
    folder: dir.feeds,
    nodeId: config.node.id,
    engine,
    ledger,
    clock,
    random,
    logger: logger.child({ part: 'feeds' }),
    metrics,
  });
  await feeds.restore();
  mesh = await joinMesh({
    ...{ config, secrets: options.secrets, dir, ledger, registry, memory, decisions, policies, trail },
    ...{ config, secrets: options.secrets, dir, ledger, registry: stores.own, memory, decisions, policies },
    ...{ metrics, clock, random, logger: logger.child({ part: 'mesh' }) },
  });
  const inForce = function* (): IterableIterator<Decision> {
    yield* engine.decisions();
    yield* feeds.listed.inForce();
  };
  const onListed: Listed['onChange'] = (listener) => feeds.listed.onChange(listener);
  const tracing = openTracing({ config, registry: metrics.registry, clock, logger });
  if (tracing !== undefined)
    await lifecycle.start([tracing.part, tracedDecisions(decisions, tracing.tracer)]);
  const enforcement = new Enforcement({
    enforcer: createMemoryEnforcer({ clock }),
    bus,
    inForce,
    onListed,
    enforces: (decision) => policies.enforces(decision),
    onEnforced(made) {
      // What another node made is measured by the mesh, and its clock is another one.
      for (const decision of made) {
        if (nodeOf(decision) !== undefined) continue;
        metrics.enforcementLag.observe(Math.max(0, clock.now() - decision.created) / 1_000);
        tracing?.tracer.enforced(decision);
      }
    },
    random,
    logger,
  });

  const firewalls = nodeFirewalls({
    ...{ settings: config.enforce, bus, inForce, onListed, policies, clock, random },
    registry: metrics.registry,
    logger: logger.child({ part: 'enforce' }),
  });

  const group = await stores.stream.group(config.pipeline.consumerGroup);
  const accepting = createIntake(stores.stream, group, metrics);
  const intake = tracing?.tracer.intake(accepting) ?? accepting;
  const propose = async (proposals: readonly TimedProposal[]): Promise<void> => {
    await decisions.propose(proposals);
    await mesh?.suspect(proposals);
  };
  const consumer = config.pipeline.consumerName === 'auto' ? config.node.id : config.pipeline.consumerName;
  const shared = { consumer, propose, metrics, clock, random, logger };
  const told = mesh?.memory ?? memory;
  const crawlers = await openCrawlers({
    settings: config.crawlers,
    clock,
    random,
    logger: logger.child({ part: 'crawlers' }),
  });
  await lifecycle.start([
    { name: 'crawlers', start() {}, stop: () => crawlers.close() },
    timer('crawler lists', config.crawlers.refreshMs, () => crawlers.refresh(), logger),
  ]);
  const scenarios = sessionScenarios(config.scenarios);
  const worker = createSessionWorker({
    ...{ ...shared, config, group, archive, feeds, geo, crawlers },
    tracer: tracing?.tracer,
    ...{ ...shared, config, scenarios, group, archive, feeds, geo, crawlers },
    memory: told,
  });
  const inbox = createProposalInbox({ ...shared, group: await stores.proposals.group(DECIDERS) });
  const sessionBuckets = keptBuckets({
    ...{ scenarios, path: bucketFile(dir.root, 'sessions', consumer), clock },
    logger: logger.child({ part: 'scenarios' }),
  });
  const analysis = config.pipeline.enabled ? [worker] : [];

  const guardHost = await hostGuard({
    settings: config.guard,
    store: stores.guard,
    decisions,
    engine,
    registry: metrics.registry,
    clock,
    random,
    logger: logger.child({ part: 'guard' }),
  });

  const hunt = new HuntService({
    folder: dir.hunt,
    settings: config.hunt,
    propose,
    isBlocked: (address) => engine.check({ address }, clock.now()).outcome === 'block',
    memory: told,
    witness: { node: config.node.id, region: config.node.region },
    metrics,
    clock,
    logger: logger.child({ part: 'hunt' }),
  });

  const campaigns = new CampaignWatch({ memory, path: dir.campaigns, clock });
  const stages = new NextStages({ archive, clock });

  const fleet = nodeFleet({
    ...{ settings: config.fleet, dir, registry, decisions, policies, propose, hunt, clock },
    ...copyOf(FLEET_PREFIX),
    inForce: () => engine.decisions(),
    logger: logger.child({ part: 'fleet' }),
  });
  await lifecycle.start([fleet.follower, fleet.telling]);
  measureFleet(metrics.registry, () => fleet.service.status());
  const followed = isShared ? [keys, fleet.follower, ...sharedPolicies] : [];
  measureFollowed(metrics.registry, followed);
  const watching = watchScenarios({
    settings: config.scenarios,
    dataDirectory: dir.root,
    propose,
    metrics,
    clock,
    logger: logger.child({ part: 'scenarios' }),
  });

  const notifications = openNotifications({
    ...{ config, dir, ledger, archive, clock, random },
    sources: () => services,
    registry: metrics.registry,
    logger: logger.child({ part: 'notifications' }),
  });

  const services: Services = {
    node,
    checks: createChecks({ engine, geo, clock, metrics }),
    mirror: watching.mirror,
    decisions,
    policies,
    feeds,
    intake,
    archive,
    maskExported: sessionMask(config.masking),
    memory,
    geo,
    ledger,
    trail,
    keys,
    guard: guardHost.guard,
    hunt,
    fleet: fleet.service,
    notifications: notifications ?? NO_NOTIFICATIONS,
    campaigns: {
      list: () => campaigns.list(),
      nextStage: (address) => stages.forecast(address),
    },
    machines: await openMachines(registry, clock, stores.own),
    health: createHealth(group, [...analysis, inbox, enforcement, ...firewalls, trailService], () => [
      ...feeds.troubles,
      hunt,
      ...(mesh === undefined ? [] : [mesh]),
      ...(notifications === undefined ? [] : [notifications]),
      ...followed,
    ]),
    ...(mesh === undefined ? {} : { mesh }),
    metrics: {
      render: async () => ({
        contentType: metrics.registry.contentType,
        text: await metrics.registry.metrics(),
      }),
    },
  };

  const server = createHttpServer({
    services,
    config: config.http,
    logger: logger.child({ part: 'http' }),
    clock,
    newId: randomUUID,
    randomBytes,
    onAnswer: ({ method, route, status, seconds }) =>
      metrics.httpSeconds.observe(`${method} ${route} ${status}`, seconds, () => ({
        ...{ method, route, status: String(status) },
      })),
    onProxyRefused: (reason) => metrics.proxyProtocolRefused.inc({ reason }),
  });
  let api = '';
  let proxied: string | undefined;
  await lifecycle.start([
    enforcement,
    ...firewalls,
    feeds,
    ...(config.pipeline.enabled ? [sessionBuckets, worker] : []),
    inbox,
    ...(mesh === undefined ? [] : [mesh]),
    ...guardHost.parts,
    hunt,
    ...watching.parts,
    ...periodicWork({ config, stores, decisions, campaigns, policies, intake, metrics, clock, logger }),
    ...(notifications === undefined ? [] : [notifications]),
    ...(await queueParts({ config, secrets: options.secrets, stores, metrics, clock, logger })),
    {
      name: 'http',
      start: async () => {
        api = await listening({ server: 'API', section: 'http', ...config.http }, () => server.listen());
        const { proxyProtocol } = config.http;
        if (!proxyProtocol.enabled) return;
        const place = {
          server: 'port for the PROXY protocol',
          section: 'http.proxy_protocol',
          ...proxyProtocol,
        };
        proxied = await listening(place, () => server.listenProxied());
      },
      stop: () => server.close(),
    },
  ]);
  const places = await startServers(lifecycle, {
    ...{ config, services, decisions, engine, fleet, metrics, clock, random, logger },
  });
  const started = { api, ...(proxied === undefined ? {} : { proxied }), ...places };
  const { certificate } = server;
  const known = { ...started, ...(certificate === undefined ? {} : { certificate }) };
  const announce = (): void => writeRunning(dir, { pid: process.pid, ...known });
  await lifecycle.start([{ name: 'announcement', start: announce, stop: () => removeRunning(dir) }]);
  logger.info({ ...started, node: config.node.id }, 'the node is up');
  return {
    services,
    ...started,
    ...(firstAdminKey === undefined ? {} : { firstAdminKey }),
    stop: () => lifecycle.stop(),
  };
}
