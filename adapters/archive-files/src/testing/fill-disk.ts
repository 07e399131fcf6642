/**
 * Runs in a mount namespace of its own, with a small file system at `folder`: stores until that is full, makes
 * room, and stores the same batch again. Prints what happened as JSON. Arguments: folder, a record as JSON.
 */
import { rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { AegisError, type SessionRecord } from '@aegis/model';
import { openFileArchive } from '../file-archive.ts';
import { readDayFiles } from './read-day-files.ts';

const BATCH = 10;
const [folder = '', model = ''] = process.argv.slice(2);
const ballast = join(folder, 'ballast');
writeFileSync(ballast, Buffer.alloc(1024 * 1024, 1));

const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const archive = await openFileArchive({ folder, clock });
const batchFrom = (first: number): readonly SessionRecord[] =>
  Array.from({ length: BATCH }, (_, i) => ({
    ...(JSON.parse(model) as SessionRecord),
    sess_uuid: `s${first + i}`,
  }));
const files = () =>
  ['sessions', 'high_risk_sessions', 'alerts'].map((name) => readDayFiles(folder, name).length);

let stored = 0;
let fault: unknown;
while (fault === undefined) {
  try {
    await archive.store(batchFrom(stored));
    stored += BATCH;
  } catch (error) {
    fault = error;
  }
}
const whenFull = { kept: (await archive.stats({})).sessions, files: files() };
const repeated = await archive.store(batchFrom(stored)).catch((error: unknown) => error);
rmSync(ballast);
const isNew = await archive.store(batchFrom(stored));
const afterwards = { kept: (await archive.stats({})).sessions, files: files() };
await archive.close();
const code = (error: unknown): string => (error instanceof AegisError ? error.code : String(error));
writeSync(
  1,
  JSON.stringify({ stored, fault: code(fault), repeated: code(repeated), whenFull, isNew, afterwards }),
);
