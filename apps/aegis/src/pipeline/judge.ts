import { type Analysis, analyze, type Intel, type Recognition } from '@aegis/analyze';
import { type Reputation, reputationOf } from '@aegis/memory';
import type { Address, Clock, Session, SessionRecord } from '@aegis/model';
import type { Geo, Memory } from '@aegis/ports';
import type { CrawlerProof } from '../crawlers/crawler-proof.ts';
import { placeOf } from '../geo/with-place.ts';

/** What feeds say of addresses. */
export interface ListedAddresses {
  reputation(address: Address): Pick<Reputation, 'categories' | 'score'> | undefined;
}

/** For analysis where no feeds are loaded: those of a node stay with it, `aegis worker` has none. */
export const NO_FEEDS: ListedAddresses = Object.freeze({ reputation: () => undefined });

export interface JudgeDependencies {
  readonly memory: Memory;
  readonly geo: Geo;
  readonly feeds: ListedAddresses;
  readonly crawlers: CrawlerProof;
  readonly recognition: Recognition;
  readonly clock: Clock;
}

/** Analysis gives way to waiting checks after this long. */
const TURN_MS = 5;

/**
 * Analyses sessions with what the attack memory, the feeds and the geo files knew of their clients before. One that
 * is `stored` already is judged as it was then, so that doing it again after a crash gives the same: by now the
 * memory may hold the session itself against its client, a feed list it, and a file may have been replaced.
 */
export async function judge(
  sessions: readonly Session[],
  stored: ReadonlyMap<string, SessionRecord>,
  { memory, feeds, geo, crawlers, recognition, clock }: JudgeDependencies,
): Promise<readonly Analysis[]> {
  const asked = new Set(sessions.filter(({ id }) => !stored.has(id)).map(({ client }) => client));
  const known = new Map<Address, Reputation>();
  const now = clock.now();
  await Promise.all(
    [...asked].map(async (client) => {
      const own = reputationOf(await memory.attacker(client), now);
      known.set(client, joined(own, feeds.reputation(client)));
    }),
  );
  const analyses: Analysis[] = [];
  let turnStarted = clock.monotonic();
  for (const session of sessions) {
    const before = stored.get(session.id);
    analyses.push(
      before === undefined
        ? analyze(session, intelOf(known.get(session.client), geo, crawlers), clock.now(), recognition)
        : analyze(session, intelThen(before), Date.parse(before.processed_at), recognition),
    );
    if (clock.monotonic() - turnStarted > TURN_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      turnStarted = clock.monotonic();
    }
  }
  return analyses;
}

/** Listed is known; of two scores the worse counts. */
function joined(own: Reputation, listed: ReturnType<ListedAddresses['reputation']>): Reputation {
  if (listed === undefined) return own;
  return {
    known: true,
    categories: [...new Set([...own.categories, ...listed.categories])].sort(),
    score: Math.max(own.score, listed.score),
  };
}

function intelOf(reputation: Reputation | undefined, geo: Geo, crawlers: CrawlerProof): Intel {
  return {
    reputation: () => reputation ?? reputationOf(undefined, 0),
    geo(address) {
      const { country, as, asName } = placeOf(address, geo);
      return {
        ...(country === undefined ? {} : { country }),
        ...(as === undefined ? {} : { asn: Number(as) }),
        ...(asName === undefined ? {} : { asName }),
      };
    },
    crawler: (address, name) => crawlers.proves(address, name),
  };
}

function intelThen({ threat_intelligence: intelligence, user_agent_info: agent }: SessionRecord): Intel {
  const { country, asn, as_name: asName } = intelligence;
  return {
    reputation: () => ({
      known: intelligence.is_known_malicious,
      categories: intelligence.threat_categories,
      score: intelligence.reputation_score,
    }),
    geo: () => ({
      ...(country === undefined ? {} : { country }),
      ...(asn === undefined ? {} : { asn }),
      ...(asName === undefined ? {} : { asName }),
    }),
    crawler: () => (agent.verified === true ? true : agent.verification === 'refuted' ? false : undefined),
  };
}
