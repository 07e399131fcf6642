import { createReadStream } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import {
  createGuard,
  FeedReading,
  IndicatorSet,
  IndicatorSetBuilder,
  type SetMemory,
} from '@aegis/indicators';
import { secureRandom } from '../node/secure-random.ts';
import type { FeedChanges, FeedJob, FeedWorkerMessage } from './feed-job.ts';

// A thread of its own, so that reading a million lines delays no answer, and a list made to break its reader
// breaks nothing else.

const PROGRESS_BYTES = 1_048_576;

const job = workerData as FeedJob;
const say = (message: FeedWorkerMessage): void => parentPort?.postMessage(message);

const builder = new IndicatorSetBuilder({
  random: secureRandom,
  confidence: job.confidence,
  most: job.most,
  ...(job.guard === undefined ? {} : { guard: createGuard(job.guard, secureRandom) }),
});
const reading = new FeedReading({
  ...(job.format === undefined ? {} : { format: job.format }),
  ...(job.columns === undefined ? {} : { columns: job.columns }),
  take: (indicator) => builder.add(indicator),
});

let bytes = 0;
let told = 0;
const decoder = new TextDecoder();
for await (const chunk of createReadStream(job.path, {
  highWaterMark: 262_144,
}) as AsyncIterable<Uint8Array>) {
  reading.write(decoder.decode(chunk, { stream: true }));
  bytes += chunk.length;
  if (bytes - told < PROGRESS_BYTES) continue;
  told = bytes;
  say({ kind: 'progress', bytes, lines: reading.lines });
}
reading.write(decoder.decode());
const summary = reading.end();
const memory = builder.finish();
say({
  kind: 'built',
  built: {
    memory,
    summary,
    ...(job.before === undefined ? {} : { changes: changesOf(memory, job.before) }),
  },
});

function changesOf(now: SetMemory, then: SetMemory): FeedChanges {
  const after = new IndicatorSet(now);
  const before = new IndicatorSet(then);
  let kept = 0;
  for (const row of after.rows()) if (before.find(after.scope(row), after.value(row)) >= 0) kept++;
  return { added: after.size - kept, kept, gone: before.size - kept };
}
