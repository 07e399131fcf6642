/**
 * The process that crash tests kill: appends, reads, acknowledges and buries for ever, and prints what is certain
 * once it is: `appended <payload>...`, `acked <payload>...`, and before each of those acks `acking <payload>...`.
 * Arguments: file, prefix of the payloads.
 */
import { writeSync } from 'node:fs';
import { openSqliteStream } from '../sqlite-stream.ts';

const [path = '', prefix = ''] = process.argv.slice(2);
const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const stream = await openSqliteStream({ path, clock });
const group = await stream.group('workers');
const say = (what: string, payloads: readonly string[]): number =>
  writeSync(1, `${[what, ...payloads].join(' ')}\n`);

async function produce(): Promise<never> {
  for (let n = 0; ; n += 10) {
    const payloads = Array.from({ length: 10 }, (_, i) => `${prefix}.${n + i}`);
    await stream.append(payloads);
    say('appended', payloads);
  }
}

async function consume(): Promise<never> {
  for (let turn = 0; ; turn++) {
    const deliveries = await group.read(prefix, { count: 7, blockMs: 1_000 });
    const [first, ...rest] = deliveries;
    if (first === undefined) continue;
    await group.bury(first, 'the first of every read');
    const payloads = rest.map((each) => each.payload);
    say('acking', payloads);
    await group.ack(rest.map((each) => each.id));
    say('acked', payloads);
    if (turn % 5 === 0) await stream.trim(0);
  }
}

await Promise.all([produce(), consume()]);
