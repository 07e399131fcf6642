import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalBus } from '@aegis/bus-local';
import { DecisionEngine, defaultPolicy, type Policy } from '@aegis/decide';
import { openSqliteLedger } from '@aegis/ledger-sqlite';
import { ManualClock, type Prefix, type Proposal, seededRandom, silentLogger } from '@aegis/model';
import type { Bus, Ledger } from '@aegis/ports';
import { Metrics } from '../node/metrics.ts';
import type { Actor, DecisionWish } from '../node/services.ts';
import type { TimedProposal } from '../pipeline/timed-proposal.ts';
import { DecisionService } from './decision-service.ts';

/** A decision service on a real ledger in a temporary folder, for tests. */
export interface DecisionFixture {
  readonly service: DecisionService;
  readonly engine: DecisionEngine;
  readonly ledger: Ledger;
  readonly bus: Bus;
  readonly clock: ManualClock;
  readonly metrics: Metrics;
  /** What stands, as `ban 192.0.2.1 until +60 min`, in order. */
  inForce(): readonly string[];
  /** The same folder as another process would find it: service, engine and ledger anew. */
  restart(): Promise<DecisionFixture>;
  close(): Promise<void>;
}

export interface DecisionFixtureOptions {
  readonly folder?: string;
  readonly clock?: ManualClock;
  readonly maxInForce?: number;
  readonly policy?: Policy;
}

export const MINUTE = 60_000;
export const ALICE: Actor = { name: 'alice', from: '198.51.100.7' };
/** When the clock of a fixture stands at first. */
export const BEGINNING: number = Date.UTC(2026, 0, 1);

/** Repeated bans last no longer, so that ends can be foretold. */
export const plainPolicy: Policy = {
  ...defaultPolicy,
  exempt: ['203.0.113.7/32' as Prefix],
  protected: ['198.51.100.0/24' as Prefix, '2001:db8:1::1/128' as Prefix],
  proposals: { ...defaultPolicy.proposals, repeat: { factor: 1, maxSeconds: 86_400 } },
};

export async function openDecisions(options: DecisionFixtureOptions = {}): Promise<DecisionFixture> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'aegis-decisions-'));
  const { clock = new ManualClock(BEGINNING), maxInForce = 1_000, policy = plainPolicy } = options;
  const ledger = openSqliteLedger({ path: join(folder, 'ledger.db') });
  const engine = new DecisionEngine({ policy, random: seededRandom(1) });
  const bus = createLocalBus();
  const metrics = new Metrics();
  const logger = silentLogger;
  const service = new DecisionService({ ledger, engine, maxInForce, bus, clock, logger, metrics });
  await service.restore();
  return {
    service,
    engine,
    ledger,
    bus,
    clock,
    metrics,
    inForce: () =>
      [...engine.decisions()]
        .filter(({ expires }) => expires > clock.now())
        .map(
          ({ action, value, expires }) => `${action} ${value} until +${(expires - BEGINNING) / MINUTE} min`,
        )
        .sort(),
    async restart() {
      await ledger.close();
      return openDecisions({ ...options, folder, clock });
    },
    async close() {
      await bus.close();
      await ledger.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A proposal about something that happened at `at`; four hours of ban unless it says otherwise. */
export function proposed(at: number, changes: Partial<Proposal> = {}): TimedProposal {
  const proposal: Proposal = {
    key: `session:${at}:${JSON.stringify(changes)}`,
    scope: 'ip',
    value: '192.0.2.1',
    action: 'ban',
    durationMs: 240 * MINUTE,
    reason: 'SQL injection',
    origin: 'aegis',
    source: 'analyze',
    confidence: 90,
    ...changes,
  };
  return { proposal, at };
}

export function wish(changes: Partial<DecisionWish> = {}): DecisionWish {
  return {
    scope: 'ip',
    value: '192.0.2.1',
    action: 'ban',
    durationMs: 60 * MINUTE,
    reason: 'asked for',
    ...changes,
  };
}
