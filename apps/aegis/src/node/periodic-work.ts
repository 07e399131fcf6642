import { ATTACKER_MEMORY_MS, SOSA_WINDOW_MS } from '@aegis/memory';
import type { Clock, Logger } from '@aegis/model';
import type { Archive } from '@aegis/ports';
import type { CampaignWatch } from '../campaigns/campaign-watch.ts';
import type { Config } from '../config/config.ts';
import type { DecisionService } from '../decisions/decision-service.ts';
import type { PolicyService } from '../policy/policy-service.ts';
import type { Part } from './lifecycle.ts';
import type { Metrics } from './metrics.ts';
import type { Stores } from './open-stores.ts';
import type { Intake } from './services.ts';
import { timer } from './timer.ts';

export interface PeriodicWorkOptions {
  readonly config: Config;
  readonly stores: Stores;
  readonly decisions: DecisionService;
  readonly campaigns: CampaignWatch;
  readonly policies: PolicyService;
  readonly intake: Intake;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Finished messages are kept this long on the stream. */
export const STREAM_KEEP_MS: number = 10 * MINUTE_MS;

/** What a node does now and then: expiry, retention, measuring, knowing its own addresses. */
export function periodicWork(options: PeriodicWorkOptions): readonly Part[] {
  const { config, stores, decisions, campaigns, policies, intake, metrics, clock, logger } = options;
  const { stream, proposals, ledger, memory, geo, archive, trail } = stores;
  const every = (name: string, ms: number, work: () => void | Promise<void>): Part =>
    timer(name, ms, work, logger);
  return [
    every('expiry', SECOND_MS, () => decisions.sweep()),
    every('backlog', 2 * SECOND_MS, async () => {
      for (const [state, count] of Object.entries(await intake.backlog()))
        metrics.backlog.set({ state }, count);
    }),
    every('trim', MINUTE_MS, async () => {
      await stream.trim(STREAM_KEEP_MS);
      await proposals.trim(STREAM_KEEP_MS);
    }),
    every('campaigns', SOSA_WINDOW_MS / 3, () => campaigns.turn()),
    every('geo', config.geo.refreshMs, () => geo.refresh()),
    every('own addresses', MINUTE_MS, () => policies.protectOwnAddresses()),
    every('retention', HOUR_MS, async () => {
      await ledger.retain(clock.now() - config.ledger.retentionDays * DAY_MS);
      await trail.expire(clock.now() - config.trail.retentionDays * DAY_MS);
      await memory.forget(clock.now() - ATTACKER_MEMORY_MS);
    }),
    archiveUpkeep(config.archive, archive, clock, logger),
  ];
}

/**
 * Removes and compresses old days, in steps between which everything else goes on. The first turn comes soon, for
 * nodes that never run for an hour; stopping does not wait for a large day.
 */
function archiveUpkeep(
  { retentionDays, compressAfterDays }: Config['archive'],
  archive: Archive,
  clock: Clock,
  logger: Logger,
): Part {
  const stopping = new AbortController();
  const part = timer(
    'archive upkeep',
    10 * MINUTE_MS,
    async () => {
      if (retentionDays > 0) {
        const sessions = await archive.retain(clock.now() - retentionDays * DAY_MS, stopping.signal);
        if (sessions > 0) logger.info({ sessions }, 'sessions older than the retention were removed');
      }
      if (compressAfterDays === 0) return;
      const files = await archive.compact(clock.now() - compressAfterDays * DAY_MS, stopping.signal);
      if (files > 0) logger.info({ files }, 'session files of closed days were compressed');
    },
    logger,
  );
  return {
    ...part,
    stop() {
      stopping.abort();
      return part.stop();
    },
  };
}
