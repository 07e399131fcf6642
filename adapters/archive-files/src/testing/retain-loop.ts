/** The process that crash tests kill: removes everything, as if all of it were old. Argument: folder. */
import { writeSync } from 'node:fs';
import { openFileArchive } from '../file-archive.ts';

const [folder = ''] = process.argv.slice(2);
const clock = { now: () => Date.UTC(2030, 0), monotonic: () => performance.now() };
const archive = await openFileArchive({ folder, clock, derivedEveryMs: 50 });
writeSync(1, 'open\n');
await archive.retain(Date.UTC(2031, 0));
await archive.close();
