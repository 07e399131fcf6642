import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileArchive } from '@aegis/archive-files';
import type { SessionRecord } from '@aegis/model';
import type { Archive, SessionQuery } from '@aegis/ports';
import { sessionRecord } from '@aegis/ports/conformance';
import type { Bench, Result } from './result.ts';

const DAYS = 30;
const DAY_MS = 86_400_000;
const BASE = Date.UTC(2026, 0, 1);
const BATCH = 1_000;
const ROUNDS = 15;

/** What analysts ask, over many stored sessions: each answered while nothing else can be. */
export const bench: Bench = async ({ quick }) => {
  const count = quick ? 50_000 : 1_000_000;
  const folder = mkdtempSync(join(tmpdir(), 'aegis-bench-archive-'));
  const clock = { now: () => BASE + 2 * DAYS * DAY_MS, monotonic: () => performance.now() };
  try {
    const archive = await openFileArchive({ folder, clock, derivedEveryMs: DAY_MS });
    const cpu = process.cpuUsage();
    for (let first = 0; first < count; first += BATCH) {
      await archive.store(Array.from({ length: BATCH }, (_, i) => stored(first + i, count)));
    }
    const { user, system } = process.cpuUsage(cpu);
    const results: Result[] = [
      {
        name: 'store_batch_1000',
        unit: 'sessions/CPU-second',
        better: 'higher',
        value: Math.round(count / ((user + system) / 1e6)),
      },
    ];
    const end = BASE + DAYS * DAY_MS;
    const find = (query: Partial<SessionQuery>) => (each: Archive) => each.find({ limit: 100, ...query });
    results.push(
      await asked('find_newest', 50, archive, find({})),
      await asked('find_address', 50, archive, find({ peer: '10.0.7.7' })),
      await asked('find_prefix_rare', 50, archive, find({ peer: '10.0.7.0/28' })),
      await asked('find_prefix_common', 100, archive, find({ peer: '10.0.0.0/8' })),
      await asked(
        'find_day_and_level',
        50,
        archive,
        find({ from: end - 5 * DAY_MS, to: end - 4 * DAY_MS, level: 'HIGH' }),
      ),
      await asked('find_nothing_fits', 250, archive, find({ level: 'HIGH', minScore: 100 })),
      await asked('stats_day', 100, archive, (each) => each.stats({ from: end - DAY_MS, to: end })),
      await asked('stats_all', 1_000, archive, (each) => each.stats({})),
      await asked('series_hours', 100, archive, (each) => each.series({ from: BASE, to: end, step: 'hour' })),
    );
    await archive.close();
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

async function asked(
  name: string,
  goal: number,
  archive: Archive,
  ask: (archive: Archive) => Promise<unknown>,
): Promise<Result> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    await ask(archive);
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const [best = 0, median = 0] = [times[0], times[ROUNDS >> 1]];
  return { name, unit: 'ms', better: 'lower', value: rounded(median), best: rounded(best), goal };
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}

function stored(i: number, count: number): SessionRecord {
  const levels = ['INFO', 'INFO', 'INFO', 'LOW', 'MEDIUM', 'HIGH'] as const;
  const peer = (i * 7_919) % 50_000;
  return sessionRecord({
    sess_uuid: `bench-${i}`,
    peer_ip: `10.0.${(peer >> 8) & 255}.${peer & 255}`,
    start_time: new Date(BASE + Math.floor((i / count) * DAYS * DAY_MS)).toISOString(),
    threat_level: levels[i % levels.length] as SessionRecord['threat_level'],
    risk_score: (i % levels.length) * 16,
  });
}
