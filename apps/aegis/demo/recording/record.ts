import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { constants, gzipSync } from 'node:zlib';
import { type Logger, type SessionInput, seededRandom } from '@aegis/model';
import { createDecoySensor } from '../../src/decoy/decoy-sensor.ts';
import { systemClock } from '../../src/node/system-clock.ts';
import { browse } from './browse.ts';
import { addClientNamespace, type ClientNamespace } from './client-namespace.ts';
import { type Caller, guestList } from './guest-list.ts';
import { EXPECTED_SESSIONS } from './guests.ts';
import { describe, type VisitLog } from './manifest.ts';
import { createPrompt } from './prompt.ts';
import { runCommand } from './run-command.ts';
import type { Step } from './visit.ts';

/** Callers that are there at the same time: those who keep a processor busy, and those who mostly wait. */
const BUSY = 4;
const LEISURELY = 16;
const DEFAULT_SECONDS = 25;

const { values } = parseArgs({
  options: {
    work: { type: 'string' },
    out: { type: 'string', default: import.meta.dirname },
    sessions: { type: 'string', default: String(EXPECTED_SESSIONS) },
    only: { type: 'string' },
    seed: { type: 'string', default: '1974' },
  },
});
const work = values.work ?? '/tmp';
const random = seededRandom(Number(values.seed));
const prompt = createPrompt(random, work);

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

const logger: Logger = {
  debug() {},
  info() {},
  warn: (fields, message) => say(`${message} ${JSON.stringify(fields)}`),
  error: (fields, message) => say(`${message} ${JSON.stringify(fields)}`),
  child: () => logger,
};

const sessions: SessionInput[] = [];
const visits: VisitLog[] = [];
const sensor = createDecoySensor({
  id: 'decoy-larkfield',
  emit: async (ended) => {
    sessions.push(...ended);
  },
  // The recording is to stay small.
  limits: { keptBodyBytes: 2048 },
  sessions: { firstObservations: 120, oddObservations: 60 },
  clock: systemClock,
  logger,
});

async function perform(step: Step, namespace: ClientNamespace): Promise<void> {
  const folder = mkdtempSync(join(work, 'step-'));
  if ('pauseMs' in step) await sleep(step.pauseMs);
  else if ('browse' in step) await browse(step.browse, random, { inside: namespace.inside, profile: folder });
  else await runCommand(namespace.inside(step.run), step.seconds ?? DEFAULT_SECONDS, folder);
}

async function receive({ address, visits: guests }: Caller, name: string): Promise<void> {
  const namespace = await addClientNamespace(name, address, work);
  try {
    for (const { tool, kind, use } of guests) {
      visits.push({ address, tool, kind, startedAt: Date.now() });
      for (const step of use(prompt)) await perform(step, namespace);
      await sleep(prompt.between(100, 800));
    }
  } catch (error) {
    say(`${address}: ${String(error)}`);
  } finally {
    await namespace.remove();
  }
}

const began = Date.now();
await sensor.listen('::', 80);
const callers = guestList(Number(values.sessions), random, values.only);
let received = 0;

async function serve(queue: Iterator<Caller>): Promise<void> {
  for (let next = queue.next(); !next.done; next = queue.next()) {
    await receive(next.value, `c${received++}`);
    if (received % 20 === 0) {
      say(`${received} of ${callers.length} callers, ${Math.round((Date.now() - began) / 1000)} s`);
    }
  }
}

const isLeisurely = ({ visits: guests }: Caller): boolean => guests.every(({ leisurely }) => leisurely);
const busy = callers.filter((caller) => !isLeisurely(caller)).values();
const leisurely = callers.filter(isLeisurely).values();
await Promise.all([
  ...Array.from({ length: BUSY }, () => serve(busy)),
  ...Array.from({ length: LEISURELY }, () => serve(leisurely)),
]);
await sensor.close();

sessions.sort((a, b) => Number(a.start_time) - Number(b.start_time));
const lines = sessions.map((session) => `${JSON.stringify(session)}\n`).join('');
const packed = gzipSync(lines, { level: constants.Z_BEST_COMPRESSION });
const manifest = await describe(sessions, visits, began, Date.now());
writeFileSync(join(values.out, 'sessions.jsonl.gz'), packed);
writeFileSync(join(values.out, 'manifest.json'), `${JSON.stringify(manifest)}\n`);
say(
  JSON.stringify(
    { ...manifest, clients: undefined, tool_of_session: undefined, bytes: packed.length },
    null,
    1,
  ),
);
process.exit(0);
