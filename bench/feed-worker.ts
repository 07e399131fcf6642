import { parentPort, workerData } from 'node:worker_threads';
import { createGuard, FeedReading, IndicatorSetBuilder } from '@aegis/indicators';
import { seededRandom } from '@aegis/model';

// What the node's own thread does with a feed, over text that is in memory already.

const { text, seed } = workerData as { readonly text: Uint8Array; readonly seed: number };
const random = seededRandom(seed);
const guard = createGuard({ widestV4: 8, widestV6: 19, protected: [] }, random);
const builder = new IndicatorSetBuilder({ random, confidence: 80, most: 2_000_000, guard });
const reading = new FeedReading({ take: (indicator) => builder.add(indicator) });
const decoder = new TextDecoder();
const before = process.threadCpuUsage();
for (let at = 0; at < text.length; at += 262_144)
  reading.write(decoder.decode(text.subarray(at, at + 262_144), { stream: true }));
const summary = reading.end();
const memory = builder.finish();
const { user, system } = process.threadCpuUsage(before);
parentPort?.postMessage({ memory, summary, coreSeconds: (user + system) / 1e6 });
