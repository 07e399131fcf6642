import { countStages, forecastStage, type StageCounts, type StageForecast } from '@aegis/memory';
import type { Clock, SessionRecord } from '@aegis/model';
import type { Archive } from '@aegis/ports';

/** What an attacker may do next. */
export interface NextStage extends StageForecast {
  /** The furthest phase of its last session. */
  readonly present: string;
  /** Sessions that the counts come from. */
  readonly sessions: number;
}

const PAGE = 500;
const MOST_SESSIONS = 5_000;
/** Sessions below this attack nobody (LOW starts at 20). */
const LEAST_SCORE = 20;
const FRESH_MS = 600_000;

/**
 * Forecasts of an attacker's next stage, from how the latest sessions of all attackers followed each other: the
 * furthest phase of one session to that of the next by the same address. Counted anew every ten minutes at most.
 */
export class NextStages {
  readonly #archive: Archive;
  readonly #clock: Clock;
  #learned: Promise<Learned> | undefined;
  #learnedAt = 0;

  constructor({ archive, clock }: { readonly archive: Archive; readonly clock: Clock }) {
    this.#archive = archive;
    this.#clock = clock;
  }

  /** Undefined where this address has attacked nobody lately. Throws AegisError `archive_unavailable`. */
  async forecast(address: string): Promise<NextStage | undefined> {
    const query = { limit: PAGE, peer: address, minScore: LEAST_SCORE };
    const [last] = (await this.#archive.find(query)).sessions.flatMap((session) => stageOf(session) ?? []);
    if (last === undefined) return undefined;
    const { counts, sessions } = await this.#learn();
    return { present: last, sessions, ...forecastStage(counts, last) };
  }

  #learn(): Promise<Learned> {
    const now = this.#clock.monotonic();
    if (this.#learned === undefined || now - this.#learnedAt > FRESH_MS) {
      const learned = learn(this.#archive);
      learned.catch(() => {
        if (this.#learned === learned) this.#learned = undefined;
      });
      this.#learned = learned;
      this.#learnedAt = now;
    }
    return this.#learned;
  }
}

interface Learned {
  readonly counts: StageCounts;
  readonly sessions: number;
}

async function learn(archive: Archive): Promise<Learned> {
  /** Of each address, the stage of the session that came after those still to come: newest are read first. */
  const later = new Map<string, string>();
  const steps: (readonly [string, string, number])[] = [];
  let sessions = 0;
  for (let cursor: string | undefined; sessions < MOST_SESSIONS; ) {
    const page = await archive.find({
      limit: PAGE,
      minScore: LEAST_SCORE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const session of page.sessions) {
      sessions++;
      const stage = stageOf(session);
      if (stage === undefined) continue;
      const next = later.get(session.peer_ip);
      if (next !== undefined) steps.push([stage, next, 1]);
      later.set(session.peer_ip, stage);
    }
    if (page.next === undefined) break;
    cursor = page.next;
  }
  return { counts: countStages(steps), sessions };
}

function stageOf(session: SessionRecord): string | undefined {
  return session.attack_patterns.phases.at(-1);
}
