import type { Signal } from '../candidate.ts';
import type { Pair } from '../table/pair-table.ts';
import type { Beacon } from './beacon.ts';
import { countWords, percentWords, timeWords } from './words.ts';

/** Log-odds for each nat of evidence, and at most: more of the same says no more. */
const PER_NAT = 0.45;
const MOST_NATS = 14;
const SMALL_BYTES = 4_096;
/** Sizes that are alike speak more the more there are; programs that mean well are like that too. */
const FEWEST_SIZES = 6;
const PER_SIZE = 0.1;
const MOST_FOR_SIZES = 1.5;
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
  }
  const alike = pair.sentMean > 0 ? 1 - pair.sentSpread / (0.4 * pair.sentMean) : 0;
  if (pair.flows >= FEWEST_SIZES && alike > 0 && pair.sentMean < SMALL_BYTES) {
    const size = `${countWords(pair.sentMean)} ± ${countWords(pair.sentSpread)} bytes sent each time`;
    const weight = alike * Math.min(MOST_FOR_SIZES, PER_SIZE * pair.flows);
    signals.push({ name: 'uniform_payload', weight, why: `small and alike: ${size}` });
  }
  if (pair.longestMs >= LONG_MS) {
    const weight = Math.min(2.5, 1 + 0.5 * Math.log2(pair.longestMs / LONG_MS));
    signals.push({
      name: 'long_connection',
      weight,
      why: `a connection stayed open for ${timeWords(pair.longestMs)}`,
    });
  }
  const rate =
    pair.longestMs > 0 ? (pair.sentMean + pair.receivedMean) / (pair.totalMs / pair.flows / 1_000) : 0;
  if (
    pair.longestMs >= INTERACTIVE_MS &&
    pair.sentMean > 0 &&
    pair.receivedMean > 0 &&
    rate < SLOW_BYTES_PER_SECOND
  )
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
  return `${percentWords(share)} of ${gaps} gaps within ${percentWords(Math.max(0.001, tolerance))} of ${timeWords(periodMs)}${bursts}`;
}

/** The log-odds of gaps and sizes alone, where no more is known of a pair. */
export function pairSuspicion(
  beacon: Beacon | undefined,
  sizes: Pick<Pair, 'flows' | 'sentMean' | 'sentSpread'>,
): number {
  const unknown = { source: 0, destination: 0, port: 0, protocol: 0, first: 0, last: 0 };
  const pair: Pair = { ...unknown, ...sizes, receivedMean: 0, longestMs: 0, totalMs: 0 };
  return pairSignals(pair, beacon, false).reduce((sum, { weight }) => sum + weight, 0);
}
