import { hostname } from 'node:os';
import { openFileArchive } from '@aegis/archive-files';
import type { Clock, Logger, Random } from '@aegis/model';
import type { GroupStats } from '@aegis/ports';
import type { Config } from '../config/config.ts';
import type { Secrets } from '../config/env-secrets.ts';
import { openCrawlers } from '../crawlers/open-crawlers.ts';
import { openGeo } from '../geo/open-geo.ts';
import { NO_FEEDS } from '../pipeline/judge.ts';
import { createProposalOutbox } from '../pipeline/proposal-outbox.ts';
import { createSessionWorker, sessionScenarios } from '../pipeline/session-worker.ts';
import { bucketFile, keptBuckets } from '../scenario/kept-buckets.ts';
import { openTracing } from '../tracing/open-tracing.ts';
import { dataDir, makeDataDir } from './data-dir.ts';
import { Lifecycle } from './lifecycle.ts';
import { Metrics } from './metrics.ts';
import { metricsServer } from './metrics-server.ts';
import { openMemory } from './open-memory.ts';
import { openProposalStream, openSessionStream, streamPlace } from './open-streams.ts';
import { STREAM_KEEP_MS } from './periodic-work.ts';
import { timer } from './timer.ts';

export interface WorkerProcessOptions {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Analysis alone, in a process of its own. */
export interface StartedWorker {
  /** `sessions_stream in Redis at 127.0.0.1:6379` */
  readonly stream: string;
  /** Its name in the consumer group. */
  readonly consumer: string;
  /** `http://127.0.0.1:9464/metrics` */
  readonly metrics?: string;
  status(): Promise<WorkerStatus>;
  /** Finishes the batch in hand; safe to call again. */
  stop(): Promise<void>;
}

export interface WorkerStatus {
  /** Sessions stored by this process. */
  readonly stored: number;
  /** Undefined while the stream cannot be asked. */
  readonly backlog: GroupStats | undefined;
  /** Empty when it works; otherwise what keeps it from working, in words. */
  readonly trouble: string;
}

const BACKLOG_MS = 2_000;
const TRIM_MS = 60_000;

/**
 * Takes sessions off the stream, analyses and stores them. Any number of these processes may share one data
 * directory, a node's too: its SQLite files keep them apart. What they propose goes to a node to be decided.
 */
export async function startWorker(options: WorkerProcessOptions): Promise<StartedWorker> {
  const { config, secrets, clock, random, logger } = options;
  const dir = dataDir(config.dataDir, config.pipeline.stream);
  makeDataDir(dir);
  const metrics = new Metrics();
  const lifecycle = new Lifecycle(logger);
  const keep = async <T extends { close(): Promise<void> }>(
    name: string,
    open: Promise<T> | T,
  ): Promise<T> => {
    const store = await open;
    await lifecycle.start([{ name, start() {}, stop: () => store.close() }]);
    return store;
  };
  try {
    const at = { config, secrets, dir, clock };
    const stream = await keep('stream', openSessionStream(at));
    const outbox = await keep('proposals', openProposalStream(at));
    const archive = await keep(
      'archive',
      openFileArchive({
        folder: dir.archive,
        format: config.archive.outputFormat,
        clock,
        logger,
        onWritten: (bytes) => metrics.bytesWritten.inc(bytes),
      }),
    );
    const memory = await keep('memory', openMemory(at));
    const geo = await keep('geo', openGeo(config.geo, clock, logger.child({ part: 'geo' })));
    const crawlers = await keep(
      'crawlers',
      openCrawlers({ settings: config.crawlers, clock, random, logger: logger.child({ part: 'crawlers' }) }),
    );
    const group = await stream.group(config.pipeline.consumerGroup);
    const consumer = workerName(config);
    const tracing = openTracing({ config, registry: metrics.registry, clock, logger });
    if (tracing !== undefined) await lifecycle.start([tracing.part]);
    const scenarios = sessionScenarios(config.scenarios);
    const worker = createSessionWorker({
      ...{ config, scenarios, consumer, group, archive, memory, feeds: NO_FEEDS, geo, crawlers, metrics },
      tracer: tracing?.tracer,
      ...{ clock, random, logger },
      propose: createProposalOutbox(outbox, metrics, logger),
    });
    const measure = async (): Promise<void> => {
      for (const [state, count] of Object.entries(await group.stats())) metrics.backlog.set({ state }, count);
    };
    let metricsUrl: string | undefined;
    await lifecycle.start([
      timer('backlog', BACKLOG_MS, measure, logger),
      timer('geo', config.geo.refreshMs, () => geo.refresh(), logger),
      timer('crawlers', config.crawlers.refreshMs, () => crawlers.refresh(), logger),
      timer('trim', TRIM_MS, async () => void (await stream.trim(STREAM_KEEP_MS)), logger),
    ]);
    if (config.worker.metrics.enabled) {
      const server = metricsServer(metrics.registry, config.worker.metrics);
      const start = async (): Promise<void> => {
        metricsUrl = await server.listen();
      };
      await lifecycle.start([{ name: 'metrics', start, stop: () => server.close() }]);
    }
    // A name that nobody has again keeps nothing for anybody.
    const isNamed = config.pipeline.consumerName !== 'auto';
    const path = bucketFile(dir.root, 'sessions', consumer);
    const buckets = isNamed ? [keptBuckets({ scenarios, path, clock, logger })] : [];
    await lifecycle.start([...buckets, worker]);
    return {
      stream: streamPlace(config, dir),
      consumer,
      ...(metricsUrl === undefined ? {} : { metrics: metricsUrl }),
      async status() {
        const { values } = await metrics.sessionsProcessed.get();
        const stored = values.reduce((sum, { value }) => sum + value, 0);
        const backlog = await group.stats().catch(() => undefined);
        return { stored, backlog, trouble: worker.trouble };
      },
      stop: () => lifecycle.stop(),
    };
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}

/** Every process by itself, unless it is told its name: then what it left behind when it died is taken up at once. */
function workerName({ pipeline }: Config): string {
  if (pipeline.consumerName !== 'auto') return pipeline.consumerName;
  return `${hostname()}-${process.pid}`;
}
