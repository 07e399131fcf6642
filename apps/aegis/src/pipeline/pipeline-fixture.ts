import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rememberingRecognition } from '@aegis/analyze';
import { openFileArchive } from '@aegis/archive-files';
import { openSqliteMemory } from '@aegis/memory-sqlite';
import { ManualClock, type Session, type SessionInput, type SessionRecord, silentLogger } from '@aegis/model';
import {
  type Archive,
  type ConsumerGroup,
  combineGeo,
  type Geo,
  type Memory,
  type Stream,
} from '@aegis/ports';
import { ScenarioEngine } from '@aegis/scenario';
import { openSqliteStream } from '@aegis/stream-sqlite';
import { NO_CRAWLERS } from '../crawlers/crawler-proof.ts';
import { BEGINNING, type DecisionFixture, openDecisions } from '../decisions/decision-fixture.ts';
import { builtInScenarioFiles, loadScenarios } from '../node/load-scenarios.ts';
import type { Intake } from '../node/services.ts';
import { classesWith } from './classes-with.ts';
import { createIntake } from './intake.ts';
import { NO_FEEDS } from './judge.ts';
import { parseDelivery } from './parse-delivery.ts';
import { processBatch } from './process-batch.ts';
import { ScenarioWatch } from './scenario-watch.ts';
import { sessionCounts } from './session-worker.ts';
import type { TimedProposal } from './timed-proposal.ts';
import { Worker, type WorkerOptions } from './worker.ts';

/** A pipeline on real stores in a temporary folder, for tests. */
export interface PipelineFixture {
  readonly folder: string;
  readonly clock: ManualClock;
  readonly stream: Stream;
  readonly group: ConsumerGroup;
  readonly archive: Archive;
  readonly memory: Memory;
  readonly decisions: DecisionFixture;
  readonly intake: Intake;
  /** What the worker calls: replace it, or a method of a store, to fail on purpose. */
  readonly steps: PipelineSteps;
  readonly worker: Worker<Session>;
  /** Starts the worker and waits until nothing waits or is under way. */
  drain(): Promise<void>;
  /** Everything that is kept about the sessions, in order. */
  state(): Promise<PipelineState>;
  /** Closes everything but the folder, as a process does that ends. */
  abandon(): Promise<void>;
}

export interface PipelineSteps {
  propose(proposals: readonly TimedProposal[]): Promise<void>;
}

export interface PipelineState {
  readonly sessions: readonly SessionRecord[];
  readonly attackers: readonly unknown[];
  readonly patterns: readonly unknown[];
  readonly decisions: readonly unknown[];
}

export interface PipelineFixtureOptions extends Partial<Omit<WorkerOptions<Session>, 'group'>> {
  /** One that an abandoned fixture left. */
  readonly folder?: string;
  readonly clock?: ManualClock;
  readonly batchWrite?: boolean;
  /** Default: knows nothing. */
  readonly geo?: Geo;
}

export async function openPipeline(options: PipelineFixtureOptions = {}): Promise<PipelineFixture> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'aegis-pipeline-'));
  const { clock = new ManualClock(BEGINNING), batchWrite = true, geo = combineGeo([]) } = options;
  const stream = await openSqliteStream({ path: join(folder, 'stream.db'), clock });
  const group = await stream.group('analytics_workers');
  const archive = await openFileArchive({ folder, format: 'jsonl', clock });
  const memory = openSqliteMemory({ path: join(folder, 'memory.db') });
  const decisions = await openDecisions({ folder, clock });
  const { metrics } = decisions;
  const rules = loadScenarios(builtInScenarioFiles());
  if (!rules.ok) throw new Error('the built-in scenarios cannot be read');
  const recognition = rememberingRecognition();
  const watch = new ScenarioWatch(new ScenarioEngine(rules.value), classesWith(recognition));
  const steps: PipelineSteps = { propose: (proposals) => decisions.service.propose(proposals) };
  const worker = new Worker<Session>({
    name: 'pipeline',
    parse: parseDelivery,
    count: sessionCounts(metrics),
    consumer: 'worker-1',
    batchSize: 10,
    blockMs: 20,
    reclaimIdleMs: 60_000,
    maxAttempts: 3,
    clock,
    // The shortest waits.
    random: { next: () => 0 },
    logger: silentLogger,
    group,
    process: (sessions, history) =>
      processBatch(sessions, history, {
        archive,
        batchWrite,
        memory,
        geo,
        feeds: NO_FEEDS,
        crawlers: NO_CRAWLERS,
        recognition,
        watch,
        propose: (proposals) => steps.propose(proposals),
        witness: { node: 'node-1', region: 'local' },
        clock,
        metrics,
      }),
    ...options,
  });
  return {
    folder,
    clock,
    stream,
    group,
    archive,
    memory,
    decisions,
    steps,
    worker,
    intake: createIntake(stream, group, metrics),
    async drain() {
      worker.start();
      for (let rounds = 0; rounds < 500; rounds++) {
        const { waiting, pending } = await group.stats();
        if (waiting + pending === 0) break;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await worker.stop();
    },
    async state() {
      const { sessions } = await archive.find({ limit: 500 });
      const attackers = await memory.attackers({ limit: 500 });
      const patterns = await memory.patterns({ limit: 500 });
      const made = (await decisions.ledger.decisions({ limit: 500 })).decisions;
      const byId = made.toSorted((a, b) => (a.decision.id < b.decision.id ? -1 : 1));
      return { sessions, attackers, patterns, decisions: byId };
    },
    async abandon() {
      await worker.stop();
      await decisions.bus.close();
      await decisions.ledger.close();
      await memory.close();
      await archive.close();
      await stream.close();
    },
  };
}

export async function discard(fixture: PipelineFixture): Promise<void> {
  await fixture.abandon();
  rmSync(fixture.folder, { recursive: true, force: true });
}

/** An SQL injection with sqlmap by a client of its own. */
export function attack(n: number): SessionInput {
  const paths = [
    '/item?id=1%27%20UNION%20SELECT%20password%20FROM%20users--%20-',
    '/item?id=1%27%20AND%20SLEEP(5)--%20-',
    '/item?file=../../../../etc/passwd',
  ];
  return session(n, paths, 'sqlmap/1.7.2');
}

/** A person who reads a page. */
export function visit(n: number): SessionInput {
  const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
  return session(n, [`/page/${n}`], browser);
}

/** Passwords tried on a form, enough for the scenario. */
export function bruteForce(n: number): SessionInput {
  const base = session(n, ['/login'], 'python-requests/2.31.0');
  const requests = Array.from({ length: 15 }, (_, i) => ({
    method: 'POST',
    path: '/login',
    headers: {},
    cookies: {},
    body: `user=admin&password=guess${i}`,
    timestamp: BEGINNING - 30_000 + i * 1_000,
    response_status: 401,
  }));
  return { ...base, end_time: BEGINNING - 15_000, requests };
}

function session(n: number, paths: readonly string[], userAgent: string): SessionInput {
  const at = BEGINNING - 30_000;
  return {
    sess_uuid: `session-${n}`,
    peer_ip: `198.18.${n >> 8}.${n & 255}`,
    user_agent: userAgent,
    start_time: at,
    end_time: at + 1_000,
    requests: paths.map((path) => ({
      method: 'GET',
      path,
      headers: {},
      cookies: {},
      timestamp: at,
      response_status: 200,
    })),
  };
}
