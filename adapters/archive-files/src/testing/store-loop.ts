/**
 * The process that crash tests kill: stores batch after batch for ever, some sessions twice, and prints the ids
 * of each batch once it is stored. Arguments: folder, prefix of the ids, first number, a record as JSON that all
 * are made after (so that this program need not load the test runner, as the fixtures do).
 */
import { writeSync } from 'node:fs';
import type { SessionRecord } from '@aegis/model';
import { openFileArchive } from '../file-archive.ts';

const BATCH = 20;

const [folder = '', prefix = '', first = '0', model = ''] = process.argv.slice(2);
const record = JSON.parse(model) as SessionRecord;
const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const archive = await openFileArchive({ folder, clock, derivedEveryMs: 50 });
for (let n = Number(first); ; n += BATCH) {
  const numbers = Array.from({ length: BATCH }, (_, i) => n + i);
  const records = [...numbers, Math.max(0, n - 1)].map((each) => ({
    ...record,
    sess_uuid: `${prefix}${each}`,
    // Two days, so that a batch goes to several files.
    start_time: new Date(Date.UTC(2025, 9, 27, each % 48)).toISOString(),
    risk_score: each % 100,
    threat_level: each % 4 === 0 ? ('HIGH' as const) : ('LOW' as const),
  }));
  await archive.store(records);
  writeSync(1, `${numbers.map((each) => `${prefix}${each}`).join(' ')}\n`);
}
