import type { Analysis, Recognition } from '@aegis/analyze';
import { learn, mostAlike, signaturesOf } from '@aegis/memory';
import type { Clock, Session, SessionRecord } from '@aegis/model';
import type { Archive, Geo, Memory, MemoryReport, PatternLikeness } from '@aegis/ports';
import type { CrawlerProof } from '../crawlers/crawler-proof.ts';
import type { Metrics } from '../node/metrics.ts';
import type { SessionTracer } from '../tracing/session-tracer.ts';
import { judge, type ListedAddresses } from './judge.ts';
import type { ScenarioWatch } from './scenario-watch.ts';
import type { TimedProposal } from './timed-proposal.ts';

export interface BatchDependencies {
  readonly archive: Archive;
  /** Whether the batch is written together, or each session by itself. */
  readonly batchWrite: boolean;
  readonly memory: Memory;
  readonly geo: Geo;
  readonly feeds: ListedAddresses;
  readonly crawlers: CrawlerProof;
  readonly recognition: Recognition;
  readonly watch: ScenarioWatch;
  readonly propose: (proposals: readonly TimedProposal[]) => Promise<void>;
  readonly witness: { readonly node: string; readonly region: string };
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Where sessions are traced. */
  readonly tracer?: SessionTracer;
}

export interface BatchHistory {
  /** Whether some of it may have been processed before, up to any step. */
  readonly again: boolean;
}

/**
 * Judges, stores, learns and proposes. Every step is idempotent by the session's id, so that a batch may be
 * processed again after a failure at any point: it is stored once, learned once and decided once, as if nothing
 * had happened. A session of a first delivery that is stored already is another copy: nothing follows from it.
 */
export async function processBatch(
  sessions: readonly Session[],
  { again }: BatchHistory,
  dependencies: BatchDependencies,
): Promise<void> {
  const { archive, memory, watch, propose, witness, metrics, tracer } = dependencies;
  const timed = async <T>(stage: string, work: () => Promise<T>): Promise<T> => {
    const stop = metrics.stageSeconds.startTimer({ stage });
    const traced = tracer?.stage(stage, sessions);
    const before = process.cpuUsage();
    const result = await work();
    const { user, system } = process.cpuUsage(before);
    metrics.stageCpuSeconds.inc({ stage }, (user + system) / 1e6);
    stop();
    traced?.();
    return result;
  };

  const stored = again ? await storedOf(sessions, archive) : new Map<string, SessionRecord>();
  const analyses = await timed('analyze', () => judge(sessions, stored, dependencies));
  const isNew = await timed('store', () => store(analyses, again, dependencies));
  const follows = (_: unknown, index: number): boolean => again || isNew[index] === true;
  const lessons = analyses.filter(follows).map(({ record }) => record);
  await timed('learn', () => remember(lessons, memory, witness));

  const proposals = sessions.flatMap((session, index): readonly TimedProposal[] => {
    if (!follows(session, index)) return [];
    const own = (analyses[index] as Analysis).proposals;
    return [...own.map((proposal) => ({ proposal, at: session.endedAt })), ...watch.observe(session)];
  });
  await timed('propose', () => propose(proposals));
}

async function storedOf(
  sessions: readonly Session[],
  archive: Archive,
): Promise<ReadonlyMap<string, SessionRecord>> {
  const stored = new Map<string, SessionRecord>();
  for (const { id } of sessions) {
    const record = await archive.get(id);
    if (record !== undefined) stored.set(id, record);
  }
  return stored;
}

/** For each, whether it was new. Counts what is stored at once: it is, whatever fails later. */
async function store(
  analyses: readonly Analysis[],
  again: boolean,
  { archive, batchWrite, metrics }: BatchDependencies,
): Promise<readonly boolean[]> {
  const records = analyses.map(({ record }) => record);
  const isNew: boolean[] = [];
  for (const group of batchWrite ? [records] : records.map((record) => [record])) {
    const fresh = await archive.store(group);
    isNew.push(...fresh);
    for (const [index, { threat_level: level, attack_types: types }] of group.entries()) {
      if (fresh[index] === true) {
        metrics.sessionsProcessed.inc({ level });
        for (const type of types) metrics.attackTypes.inc({ attack_type: type });
      } else if (!again) metrics.sessionsDuplicate.inc();
    }
  }
  return isNew;
}

/** Sessions with the same signatures are looked up once; a new pattern is named after them, so they meet in it. */
async function remember(
  records: readonly SessionRecord[],
  memory: Memory,
  witness: BatchDependencies['witness'],
): Promise<void> {
  const known = new Map<string, readonly PatternLikeness[]>();
  const reports: MemoryReport[] = [];
  for (const record of records) {
    const signatures = signaturesOf(record);
    const key = signatures.join('\n');
    let like = known.get(key);
    if (like === undefined) {
      const candidates = signatures.length > 0 ? await memory.patternsSharing(signatures) : [];
      const most = mostAlike(signatures, candidates);
      like = most === undefined ? [] : [most];
      known.set(key, like);
    }
    reports.push(...learn(record, like, witness, signatures));
  }
  if (reports.length > 0) await memory.report(reports);
}
