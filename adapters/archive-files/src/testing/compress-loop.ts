/**
 * The process that crash tests kill: compresses, adds a late session to a day and removes the oldest day, again
 * and again, and prints each late id once it is stored. Arguments: folder, first number, a record as JSON.
 */
import { writeSync } from 'node:fs';
import type { SessionRecord } from '@aegis/model';
import { openFileArchive } from '../file-archive.ts';

const [folder = '', first = '0', model = ''] = process.argv.slice(2);
const record = JSON.parse(model) as SessionRecord;
/** Long after everything that is stored, and a day later with each turn: all days are closed, and grow old. */
const clock = { now: () => Date.UTC(2030, 0), monotonic: () => performance.now() };
const archive = await openFileArchive({ folder, clock, derivedEveryMs: 50 });
for (let n = Number(first); ; n++) {
  await archive.compact(Date.UTC(2031, 0));
  const start_time = new Date(Date.UTC(2025, 9, 1 + (n % 5), n % 24)).toISOString();
  const batch = Array.from({ length: 40 }, (_, i) => ({ ...record, sess_uuid: `late${n}.${i}`, start_time }));
  await archive.store(batch);
  writeSync(1, `${batch.map((each) => each.sess_uuid).join(' ')}\n`);
}
