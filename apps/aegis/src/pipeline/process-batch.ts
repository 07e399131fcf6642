import type { Analysis } from '@aegis/analyze';
import { learn, signaturesOf } from '@aegis/memory';
import type { Clock, Proposal, Session, SessionRecord, Timestamp } from '@aegis/model';
import type { Archive, Memory } from '@aegis/ports';
import type { ScenarioEngine } from '@aegis/scenario';
import type { Metrics } from '../node/metrics.ts';
import { judge } from './judge.ts';
import { proposeScenario } from './propose-scenario.ts';

export interface BatchDependencies {
  readonly archive: Archive;
  /** Whether the batch is written together, or each session by itself. */
  readonly batchWrite: boolean;
  readonly memory: Memory;
  readonly scenarios: ScenarioEngine;
  readonly propose: (proposals: readonly TimedProposal[]) => Promise<void>;
  readonly witness: { readonly node: string; readonly region: string };
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** A proposal and when what it is about happened, so that an old log does not ban anew. */
export interface TimedProposal {
  readonly proposal: Proposal;
  readonly at: Timestamp;
}

/**
 * Judges, stores, learns and proposes. Every step is idempotent by the session's id, so that a batch may be
 * processed again after a crash at any point: it is stored once, learned once and decided once.
 */
export async function processBatch(
  sessions: readonly Session[],
  dependencies: BatchDependencies,
): Promise<void> {
  const { archive, batchWrite, memory, scenarios, propose, witness, clock, metrics } = dependencies;
  const timed = async <T>(stage: string, work: () => Promise<T>): Promise<T> => {
    const stop = metrics.stageSeconds.startTimer({ stage });
    const result = await work();
    stop();
    return result;
  };

  const analyses = await timed('analyze', () => judge(sessions, memory, clock.now()));
  const records = analyses.map(({ record }) => record);
  const isNew = await timed('store', () =>
    batchWrite ? archive.store(records) : storeOneByOne(records, archive),
  );
  await timed('learn', () => remember(records, memory, witness));

  const proposals: TimedProposal[] = [];
  for (const [index, session] of sessions.entries()) {
    const { record, proposals: own } = analyses[index] as Analysis;
    for (const proposal of own) proposals.push({ proposal, at: session.endedAt });
    if (isNew[index] === true) {
      proposals.push(...watch(session, scenarios));
      metrics.sessionsProcessed.inc({ level: record.threat_level });
      for (const type of record.attack_types) metrics.attackTypes.inc({ attack_type: type });
    } else metrics.sessionsDuplicate.inc();
  }
  await timed('propose', () => propose(proposals));
}

async function storeOneByOne(
  records: readonly SessionRecord[],
  archive: Archive,
): Promise<readonly boolean[]> {
  const isNew: boolean[] = [];
  for (const record of records) isNew.push(...(await archive.store([record])));
  return isNew;
}

/** Sessions with the same signatures are looked up once; a new pattern is named after them, so they meet in it. */
async function remember(
  records: readonly SessionRecord[],
  memory: Memory,
  witness: BatchDependencies['witness'],
): Promise<void> {
  const known = new Map<string, Awaited<ReturnType<Memory['patternsSharing']>>>();
  const reports = [];
  for (const record of records) {
    const signatures = signaturesOf(record);
    const key = signatures.join('\n');
    let candidates = known.get(key);
    if (candidates === undefined) {
      candidates = signatures.length > 0 ? await memory.patternsSharing(signatures) : [];
      known.set(key, candidates);
    }
    reports.push(...learn(record, candidates, witness));
  }
  if (reports.length > 0) await memory.report(reports);
}

function watch(session: Session, scenarios: ScenarioEngine): readonly TimedProposal[] {
  const proposals: TimedProposal[] = [];
  for (const observation of session.observations) {
    for (const fired of scenarios.observe(session.client, observation, session.id)) {
      const proposal = proposeScenario(fired);
      if (proposal !== undefined) proposals.push({ proposal, at: observation.at });
    }
  }
  return proposals;
}
