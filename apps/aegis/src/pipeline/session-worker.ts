import { rememberingRecognition } from '@aegis/analyze';
import type { Clock, Logger, Random, Session } from '@aegis/model';
import type { Archive, ConsumerGroup, Geo, Memory } from '@aegis/ports';
import { ScenarioEngine } from '@aegis/scenario';
import type { Config } from '../config/config.ts';
import type { CrawlerProof } from '../crawlers/crawler-proof.ts';
import { scenarioRules } from '../node/load-scenarios.ts';
import type { Metrics } from '../node/metrics.ts';
import type { SessionTracer } from '../tracing/session-tracer.ts';
import { classesWith } from './classes-with.ts';
import type { ListedAddresses } from './judge.ts';
import { parseDelivery } from './parse-delivery.ts';
import { type BatchDependencies, processBatch } from './process-batch.ts';
import { ScenarioWatch } from './scenario-watch.ts';
import { Worker, type WorkerCounts } from './worker.ts';

/** Of texts that were classified before: what common attack tools send between them, several times over. */
const REMEMBERED_CHARACTERS = 24 * 1024 * 1024;

export interface SessionWorkerOptions {
  readonly config: Config;
  /** Its name in the group. */
  readonly consumer: string;
  readonly group: ConsumerGroup;
  /** See {@link sessionScenarios}. */
  readonly scenarios: ScenarioEngine;
  readonly archive: Archive;
  readonly memory: Memory;
  readonly feeds: ListedAddresses;
  readonly geo: Geo;
  readonly crawlers: CrawlerProof;
  /** Where proposals go: to the decisions of this process, or to those of another. */
  readonly propose: BatchDependencies['propose'];
  readonly metrics: Metrics;
  readonly tracer?: SessionTracer | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** The rules that look at sessions. Throws AegisError `bad_scenarios`. */
export function sessionScenarios({ files, maxBuckets }: Config['scenarios']): ScenarioEngine {
  return new ScenarioEngine(scenarioRules(files), { maxBuckets });
}

/** The analysis as the config has it: of a node, and of `aegis worker`. */
export function createSessionWorker(options: SessionWorkerOptions): Worker<Session> {
  const { config, consumer, group, scenarios, archive, memory, feeds, geo, crawlers, propose } = options;
  const { metrics, tracer, clock, random, logger } = options;
  const recognition = rememberingRecognition(REMEMBERED_CHARACTERS);
  const batch: BatchDependencies = {
    archive,
    batchWrite: config.archive.batchWrite,
    memory,
    feeds,
    geo,
    crawlers,
    recognition,
    watch: new ScenarioWatch(scenarios, classesWith(recognition)),
    propose,
    witness: { node: config.node.id, region: config.node.region },
    clock,
    metrics,
    ...(tracer === undefined ? {} : { tracer }),
  };
  const { batchSize, blockMs, reclaimIdleMs, maxAttempts } = config.pipeline;
  return new Worker({
    name: 'pipeline',
    group,
    consumer,
    batchSize,
    blockMs,
    reclaimIdleMs,
    maxAttempts,
    parse: parseDelivery,
    process: (sessions, history) => processBatch(sessions, history, batch),
    count: sessionCounts(metrics),
    clock,
    random,
    logger: logger.child({ part: 'pipeline' }),
  });
}

export function sessionCounts(metrics: Metrics): WorkerCounts {
  return {
    failed: () => metrics.sessionsFailed.inc(),
    buried: (reason) => metrics.sessionsDeadLettered.inc({ reason }),
  };
}
