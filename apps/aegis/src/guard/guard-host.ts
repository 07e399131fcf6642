import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { DecisionEngine } from '@aegis/decide';
import { GUARD_PRESETS, Guard, type GuardConfig, Reconciler } from '@aegis/guard';
import { openRedisSharedLimits } from '@aegis/guard-redis';
import { AegisError, type Clock, type HashKey, type Logger, type Random } from '@aegis/model';
import type { GuardStore, SharedLimits } from '@aegis/ports';
import type { Registry } from 'prom-client';
import { configErrorText } from '../config/config-error.ts';
import { type ReadFile, readFile } from '../config/read-file.ts';
import type { GuardSettings } from '../config/sections/guard-section.ts';
import type { Part } from '../node/lifecycle.ts';
import type { Decisions } from '../node/services.ts';
import { timer } from '../node/timer.ts';
import { decidedBy, GuardDecisions } from './guard-decisions.ts';
import { readGuardFile } from './guard-file.ts';
import { registerGuardMetrics } from './guard-metrics.ts';

export interface GuardHostOptions {
  readonly settings: GuardSettings;
  readonly store: GuardStore;
  readonly decisions: Decisions;
  readonly engine: DecisionEngine;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** The guard of a node: built, and the parts that keep it alive, to be started in this order. */
export interface GuardHost {
  readonly guard: Guard;
  readonly parts: readonly Part[];
}

const PERSIST_MS = 1_000;
const SWEEP_MS = 60_000;
const WATCH_MS = 2_000;
const SECRET_LIMIT = 4_096;
const SHORTEST_SECRET = 16;

/** Throws AegisError `bad_guard_config` where its file or its secret cannot be used. */
export async function hostGuard(options: GuardHostOptions): Promise<GuardHost> {
  const { settings, store, decisions, engine, registry, clock, random, logger } = options;
  const sharing = new GuardDecisions({ decisions, clock, logger });
  const hashKey =
    settings.sharing.redis === '' ? undefined : sharedHashKey(settings.sharing.secretFile, readFile);
  const guard = new Guard({
    config: configOf(settings),
    clock,
    random,
    decided: decidedBy(engine, clock),
    onEvent: (event) => sharing.take(event),
    ...(hashKey === undefined ? {} : { hashKey }),
  });
  guard.restore(await store.load());
  registerGuardMetrics(guard, registry, clock);
  const persist = async (): Promise<void> => {
    const changes = guard.drainChanges();
    if (Object.values(changes).some((list) => list.length > 0)) await store.save(changes);
  };
  return {
    guard,
    parts: [
      {
        name: 'guard',
        start() {},
        async stop() {
          await sharing.idle();
          await persist();
        },
      },
      timer('guard memory', PERSIST_MS, persist, logger),
      timer('guard sweep', SWEEP_MS, () => guard.sweep(), logger),
      ...(settings.file === '' ? [] : [watch(settings, guard, logger)]),
      ...(hashKey === undefined ? [] : shareParts(settings, guard, clock, logger)),
    ],
  };
}

function configOf({ preset, file }: GuardSettings): GuardConfig {
  if (file === '') return GUARD_PRESETS[preset];
  const read = readGuardFile(file, readFile);
  if (read.ok) return read.value;
  throw new AegisError(
    'bad_guard_config',
    `the guard cannot be set up:\n${read.error.map(configErrorText).join('\n')}`,
  );
}

/** A file that was changed is taken over; one that became wrong is told of, and the guard goes on as it was. */
function watch({ file }: GuardSettings, guard: Guard, logger: Logger): Part {
  const changedAt = (): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  let seen = changedAt();
  return timer(
    'guard config',
    WATCH_MS,
    () => {
      const now = changedAt();
      if (now === seen) return;
      seen = now;
      const read = readGuardFile(file, readFile);
      if (read.ok) {
        guard.configure(read.value);
        logger.info({ file, mode: read.value.mode }, 'the guard has a new config');
      } else
        logger.error(
          { errors: read.error.map(configErrorText) },
          'the guard keeps its config: the new one is wrong',
        );
    },
    logger,
  );
}

function sharedHashKey(file: string, read: ReadFile): HashKey {
  const wrong = (why: string): AegisError =>
    new AegisError(
      'bad_guard_config',
      `guard.sharing.secret_file ${why}; make one with: head -c 32 /dev/urandom > FILE`,
    );
  if (file === '') throw wrong('is not set, and nodes that share limits need the same secret');
  const bytes = read(file, SECRET_LIMIT);
  if (!bytes.ok) throw wrong(`${file} ${bytes.error.message}`);
  if (bytes.value.length < SHORTEST_SECRET) throw wrong(`${file} is shorter than ${SHORTEST_SECRET} bytes`);
  const digest = createHash('sha256').update('aegis guard hash key').update(bytes.value).digest();
  return [digest.readInt32LE(0), digest.readInt32LE(4)];
}

function shareParts({ sharing }: GuardSettings, guard: Guard, clock: Clock, logger: Logger): readonly Part[] {
  const limits: SharedLimits = openRedisSharedLimits({
    url: sharing.redis.split(',') as [string, ...string[]],
    cluster: sharing.cluster,
    logger,
  });
  const reconciler = new Reconciler({ guard, limits, clock, drainOverLimit: sharing.drainOverLimit });
  return [
    { name: 'shared limits', start() {}, stop: () => limits.close() },
    timer('shared limits exchange', sharing.everyMs, () => reconciler.reconcile(), logger),
  ];
}
