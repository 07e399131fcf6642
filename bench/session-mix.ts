import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { formatIPv4, type RequestInput, type SessionInput, seededRandom } from '@aegis/model';

const RECORDING = join(
  import.meta.dirname,
  ...['..', 'apps', 'aegis', 'demo', 'recording', 'sessions.jsonl.gz'],
);
/** Clients of 198.18.0.0/15, the first ones far more often than the last. */
const CLIENTS = 100_000;
const FIRST_CLIENT = 0xc6120000;
const DAY_MS = 86_400_000;
/** A million in three days. */
const APART_MS = (3 * DAY_MS) / 1_000_000;
/** Sessions end, and come onto the stream, not quite in the order in which they began. */
const LATE_MS = 600_000;

/**
 * Sessions as honeypots have them, without end: one to eight consecutive requests (2.1 on average) out of the
 * recorded sessions of real attack tools and ordinary clients, so that what is attacked, how, and with which
 * headers is as recorded, each session equally often whatever its length; ids are new, clients by a power law,
 * in the order in which a stream has them: as they come in, a million in three days, each up to ten minutes late.
 */
export function* sessionMix(seed: number): Generator<SessionInput> {
  const random = seededRandom(seed);
  const recorded = gunzipSync(readFileSync(RECORDING))
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as SessionInput);
  const begin = Date.UTC(2026, 9, 27);
  for (let n = 0; ; n++) {
    const session = recorded[Math.floor(random.next() * recorded.length)] as SessionInput;
    const { requests = [], ...rest } = session;
    const length = 1 + Math.floor(7.99 * random.next() ** 3);
    const first = Math.floor(random.next() * Math.max(1, requests.length - length));
    const start = begin + Math.floor(n * APART_MS + random.next() * LATE_MS);
    const kept = requests
      .slice(first, first + length)
      .map((request, i): RequestInput => ({ ...request, timestamp: start + i * 200 }));
    yield {
      ...rest,
      sess_uuid: `bench-${seed}-${n}`,
      peer_ip: formatIPv4(FIRST_CLIENT + Math.floor(CLIENTS * random.next() ** 3)),
      start_time: start,
      end_time: start + kept.length * 200,
      requests: kept,
    };
  }
}
