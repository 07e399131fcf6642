import type { Signal } from '../candidate.ts';
import type { Pair } from '../table/pair-table.ts';
import type { Beacon } from './beacon.ts';
import { countWords, percentWords, timeWords } from './words.ts';

/** Log-odds for each nat of evidence, and at most: more of the same says no more. */
const PER_NAT = 0.45;
const MOST_NATS = 14;
const SMALL_BYTES = 4_096;
const LONG_MS = 1_800_000;
const INTERACTIVE_MS = 300_000;
const SLOW_BYTES_PER_SECOND = 200;

/** What the traffic of one client with one destination says. */
export function pairSignals(pair: Pair, beacon: Beacon | undefined, polls: boolean): readonly Signal[] {
  const signals: Signal[] = [];
  if (beacon !== undefined) {
    signals.push({
      name: 'heartbeat',
      weight: PER_NAT * Math.min(MOST_NATS, beacon.evidence),
      why: heartbeatWords(beacon),
    });
    if (pair.sentMean > 0 && pair.sentMean < SMALL_BYTES && pair.sentSpread < 0.25 * pair.sentMean) {
      const size = `${countWords(pair.sentMean)} ± ${countWords(pair.sentSpread)} bytes sent each time`;
      signals.push({ name: 'uniform_payload', weight: 0.8, why: `small and alike: ${size}` });
    }
  }
  if (pair.longestMs >= LONG_MS) {
    const weight = Math.min(2.5, 1 + 0.5 * Math.log2(pair.longestMs / LONG_MS));
    signals.push({
      name: 'long_connection',
      weight,
      why: `a connection stayed open for ${timeWords(pair.longestMs)}`,
    });
  }
  const rate = pair.longestMs > 0 ? (pair.sentMean + pair.receivedMean) / (pair.totalMs / pair.flows / 1_000) : 0;
  if (pair.longestMs >= INTERACTIVE_MS && pair.sentMean > 0 && pair.receivedMean > 0 && rate < SLOW_BYTES_PER_SECOND)
    signals.push({
      name: 'interactive',
      weight: 0.8,
      why: `little went both ways over a long time, as when somebody types: ${countWords(rate)} bytes a second`,
    });
  if (polls)
    signals.push({
      name: 'poller',
      weight: -3,
      why: 'the client asks many destinations at this period, as a monitor does',
    });
  return signals;
}

function heartbeatWords({ share, gaps, tolerance, periodMs, burst }: Beacon): string {
  const bursts = burst >= 1.5 ? `, in bursts of ${burst.toFixed(1)} flows` : '';
  return `${percentWords(share)} of ${gaps} gaps within ${percentWords(tolerance)} of ${timeWords(periodMs)}${bursts}`;
}
