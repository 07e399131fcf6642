import { statSync } from 'node:fs';
import { formatDuration, formatTime } from '../../cli/frame/format.ts';
import { type Check, fail, type NodeContext, ok, warn } from '../check.ts';
import { databaseFiles } from '../database-files.ts';

/** Before this program was written. */
const IMPOSSIBLE = Date.UTC(2026, 0, 1);
const SLACK_MS = 5 * 60_000;

export const systemClock: Check<NodeContext> = {
  name: 'clock',
  run({ clock, dir }) {
    const now = clock.now();
    const mend = 'set the clock, and let chrony or systemd-timesyncd keep it: decisions begin and end by it';
    if (now < IMPOSSIBLE) return fail(`the clock says ${formatTime(now)}`, mend);
    const newest = Math.max(0, ...databaseFiles(dir).map((path) => statSync(path).mtimeMs));
    if (newest > now + SLACK_MS) {
      return warn(`the clock is ${formatDuration(newest - now)} behind what was last written here`, mend);
    }
    return ok(formatTime(now));
  },
};
