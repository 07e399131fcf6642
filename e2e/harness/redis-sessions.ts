import { openFileArchive } from '@aegis/archive-files';
import type { SessionInput } from '@aegis/model';
import type { GroupStats, Stream } from '@aegis/ports';
import { openRedisStream } from '@aegis/stream-redis';
import type { RedisServer } from '@aegis/testing';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import { checkBooks, storedSessions } from './stored-sessions.ts';

/** The stream of sessions in a Redis, as a test sees it. */
export interface RedisSessions {
  readonly stream: Stream;
  /** Resolves with their ids once Redis has acknowledged them; tries again while it is away. */
  append(sessions: readonly SessionInput[]): Promise<readonly string[]>;
  /** Waits until nothing waits and nothing is in work. */
  settled(ms?: number): Promise<GroupStats>;
  close(): Promise<void>;
}

export function redisSessions(redis: RedisServer): RedisSessions {
  const stream = openRedisStream({ servers: [redis], stream: 'sessions_stream', commandTimeoutMs: 1_000 });
  return {
    stream,
    async append(sessions) {
      const payloads = sessions.map((session) => JSON.stringify(session));
      await eventually(
        'Redis takes the sessions',
        () => stream.append(payloads).catch(() => undefined),
        60_000,
      );
      return sessions.map(({ sess_uuid: id }) => id);
    },
    settled: (ms = 120_000) =>
      eventually(
        'everything is analysed',
        async () => {
          try {
            const stats = await (await stream.group('analytics_workers')).stats();
            return stats.waiting + stats.pending === 0 ? stats : undefined;
          } catch {
            return undefined;
          }
        },
        ms,
      ),
    close: () => stream.close(),
  };
}

/**
 * Nothing lost, nothing twice, nothing stuck, and the statistics are a recount of the files. For a data directory
 * whose workers have ended.
 */
export async function expectWholeBooks(
  dataDir: string,
  acknowledged: ReadonlySet<string>,
  settled: GroupStats,
): Promise<void> {
  expect(settled).toMatchObject({ waiting: 0, pending: 0 });
  expect(checkBooks(dataDir, acknowledged)).toEqual({ stored: acknowledged.size, missing: [], twice: [] });
  const records = storedSessions(dataDir);
  const clock = { now: () => Date.now(), monotonic: () => performance.now() };
  const archive = await openFileArchive({ folder: dataDir, clock });
  const stats = await archive.stats({});
  await archive.close();
  const recount = Object.entries(Object.groupBy(records, ({ threat_level: level }) => level));
  expect(stats.sessions).toBe(records.length);
  expect(stats.requests).toBe(records.reduce((sum, { request_count: count }) => sum + count, 0));
  expect(stats.by_level).toMatchObject(
    Object.fromEntries(recount.map(([level, all]) => [level, all.length])),
  );
}
