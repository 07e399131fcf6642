import { parentPort, workerData } from 'node:worker_threads';
import type { Candidate } from '@aegis/hunt';
import { secureRandom } from '../node/secure-random.ts';
import { systemClock } from '../node/system-clock.ts';
import type {
  HuntAnswers,
  HuntAsk,
  HuntMessage,
  HuntRequest,
  HuntStatus,
  HuntThreadData,
} from './hunt-message.ts';
import { LiveHunt } from './live-hunt.ts';

// A thread of its own: looking at millions of pairs takes seconds, and no answer of the node waits for it.

/** Of the time at most goes into looking. */
const SHARE = 0.25;
const SAVE_MS = 60_000;
const SAVE_BYTES = 256 * 1_048_576;
/** Bots of a candidate whose gaps are told. */
const WITH_GAPS = 10;

const { everyMs, ...data } = workerData as HuntThreadData;
const port = parentPort;
if (port === null) throw new Error('hunt-thread.ts runs as a thread only');
const say = (message: HuntMessage): void => port.postMessage(message);
const clock = systemClock;
const hunt = new LiveHunt({ ...data, mostTimes: 8 * data.mostPairs, clock, random: secureRandom });

let look: NodeJS.Timeout | undefined;
let lookedAt: number | undefined;
let lookMs = 0;
let savedAt = clock.monotonic();

function planLook(): void {
  look ??= setTimeout(lookNow, Math.max(everyMs, lookMs / SHARE));
}

function lookNow(): void {
  look = undefined;
  const began = clock.monotonic();
  const confirmed = hunt.look();
  lookMs = clock.monotonic() - began;
  lookedAt = clock.now();
  if (confirmed.length > 0)
    say({ kind: 'confirmed', candidates: confirmed.map((candidate) => withGaps(candidate, 0)) });
  say({ kind: 'looked', status: status() });
  if (hunt.unsaved < SAVE_BYTES && clock.monotonic() - savedAt < SAVE_MS) return;
  savedAt = clock.monotonic();
  try {
    hunt.save();
  } catch {
    // The journal still holds everything; a disk that is full is told by the next flows.
  }
}

function status(): HuntStatus {
  const { report } = hunt;
  if (report === undefined || lookedAt === undefined)
    return {
      flows: hunt.flows,
      unlooked: hunt.flows,
      refused: 0,
      pairs: 0,
      clients: 0,
      bytes: 0,
      candidates: 0,
    };
  const { refused, pairs, clients, bytes, candidates, from, to } = report;
  const unlooked = hunt.flows - report.flows;
  return {
    ...{
      flows: hunt.flows,
      unlooked,
      refused,
      pairs,
      clients,
      bytes,
      candidates: candidates.length,
      lookedAt,
      lookMs,
    },
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

function answer(ask: HuntAsk): HuntAnswers[HuntAsk['kind']] {
  const candidates = hunt.report?.candidates ?? [];
  switch (ask.kind) {
    case 'take': {
      const taken = hunt.take(ask.text, ask.format);
      if (taken.ok && taken.value.taken > 0) planLook();
      return taken;
    }
    case 'status':
      return status();
    case 'candidates':
      return candidates
        .filter(({ score }) => score >= ask.leastScore)
        .slice(0, ask.most)
        .map((candidate) => withGaps(candidate, WITH_GAPS));
    case 'candidates_at':
      return candidates
        .filter(({ address }) => address === ask.address)
        .map((candidate) => withGaps(candidate, WITH_GAPS));
    case 'close':
      clearTimeout(look);
      hunt.close();
      return undefined;
  }
}

function withGaps(candidate: Candidate, most: number): Candidate {
  const bots = candidate.bots.map((bot, index) => (index < most ? bot : { ...bot, recentGaps: [] }));
  return { ...candidate, bots };
}

if (hunt.flows > 0) planLook();
port.on('message', ({ id, ask }: HuntRequest) => {
  try {
    say({ kind: 'answer', id, value: answer(ask) });
    if (ask.kind === 'close') port.close();
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    say({ kind: 'failed', id, message, ...(code === undefined ? {} : { code }) });
  }
});
