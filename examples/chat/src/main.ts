import { randomInt } from 'node:crypto';
import { siege } from './siege.ts';

/** `node examples/chat/src/main.ts`: the server under siege; what came of it as JSON. */
const report = await siege({
  clock: { now: () => Date.now(), monotonic: () => performance.now() },
  random: { next: () => randomInt(2 ** 32) / 2 ** 32 },
  onEvent(event) {
    if (event.kind === 'transition')
      process.stderr.write(`${event.user}: ${event.from} -> ${event.to} (${event.reason})\n`);
  },
});
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
