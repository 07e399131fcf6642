import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock, Logger } from '@aegis/model';
import type { ScenarioEngine } from '@aegis/scenario';
import type { Part } from '../node/lifecycle.ts';
import { timer } from '../node/timer.ts';
import { readBuckets, writeBuckets } from './bucket-file.ts';

export interface KeptBucketsOptions {
  readonly scenarios: Pick<ScenarioEngine, 'kept' | 'takeUp' | 'drops'>;
  /** See {@link bucketFile}. */
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often they are written, ms. Default 30,000. */
  readonly everyMs?: number;
}

const EVERY_MS = 30_000;

/** Where the buckets of one source of events are kept: of `mirror`, of `sessions` of a consumer, of a log. */
export function bucketFile(dataDirectory: string, source: string, of: string = ''): string {
  const name = of === '' ? source : `${source}-${createHash('sha256').update(of).digest('hex').slice(0, 24)}`;
  return join(dataDirectory, 'scenarios', `${name}.jsonl`);
}

/**
 * Keeps the buckets of one engine over restarts: written now and then where something was counted, and at the end. A
 * process that is killed loses what was counted since. To be started before what shows events to the engine, so that it
 * is stopped after.
 */
export function keptBuckets({ scenarios, path, clock, logger, everyMs }: KeptBucketsOptions): Part {
  let kept = 0;
  const keep = async (): Promise<void> => {
    const { drops } = scenarios;
    if (drops === kept) return;
    await mkdir(dirname(path), { recursive: true, mode: 0o750 });
    const { left } = await writeBuckets(path, scenarios.kept(clock.now()));
    if (left > 0) logger.warn({ path, left }, 'not all buckets of the scenarios could be kept');
    kept = drops;
  };
  const takeUp = async (): Promise<void> => {
    let changed = 0;
    const read = await readBuckets(path, (bucket) => {
      if (!scenarios.takeUp(bucket)) changed += 1;
    });
    if (!read.ok)
      logger.warn(
        { path, error: read.error.message },
        'the buckets of the scenarios cannot be read; they begin empty',
      );
    else if (read.value !== undefined && read.value > 0)
      logger.info({ path, buckets: read.value - changed, changed }, 'the scenarios go on where they were');
  };
  const every = timer(`buckets ${path}`, everyMs ?? EVERY_MS, keep, logger);
  return {
    name: every.name,
    async start() {
      await takeUp();
      await every.start();
    },
    async stop() {
      await every.stop();
      await keep();
    },
  };
}
