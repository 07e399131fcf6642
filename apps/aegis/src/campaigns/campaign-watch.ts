import { readFileSync } from 'node:fs';
import {
  advanceCampaign,
  NEW_CAMPAIGN,
  reportCampaign,
  SOSA_WINDOW_MS,
  type SosaCampaign,
  type SosaReport,
  sosaWindow,
} from '@aegis/memory';
import type { Clock, Pattern } from '@aegis/model';
import type { Memory } from '@aegis/ports';
import { z } from 'zod';
import { writeAtomically } from '../node/data-dir.ts';

export interface CampaignWatchOptions {
  readonly memory: Memory;
  /** Where the states are kept over a restart. */
  readonly path: string;
  readonly clock: Clock;
}

/** How the campaign of one pattern stands. */
export interface CampaignStanding extends SosaReport {
  readonly pattern: string;
  /** Attacks a window of 30 s, of late. */
  readonly level: number;
}

interface Watched {
  readonly pattern: string;
  /** Of the pattern when it was looked at last. */
  readonly occurrences: number;
  readonly campaign: SosaCampaign;
}

const Watched: z.ZodType<Watched> = z.object({
  pattern: z.string(),
  occurrences: z.int(),
  campaign: z.object({
    window: z.int(),
    belief: z.array(z.number()).length(NEW_CAMPAIGN.belief.length),
    counts: z.array(z.int()).length(NEW_CAMPAIGN.counts.length),
    level: z.number(),
  }),
});

/** Patterns looked at in a turn, and campaigns remembered. */
const MOST_PATTERNS = 500;
const MOST_CAMPAIGNS = 2_000;
/** Sessions are analysed when they have ended: what was seen within this is going on. */
const RECENT_MS = 3_600_000;

/**
 * Follows the campaign of every pattern by how often the attack memory says it occurred, window by window: also
 * what other nodes and workers learned. An attack counts in the window in which it was learned.
 */
export class CampaignWatch {
  readonly #options: CampaignWatchOptions;
  readonly #watched: Map<string, Watched>;

  constructor(options: CampaignWatchOptions) {
    this.#options = options;
    this.#watched = new Map(read(options.path).map((each) => [each.pattern, each]));
  }

  /** Takes in what happened since the turn before; to be called about once a window. */
  async turn(): Promise<void> {
    const { memory, clock, path } = this.#options;
    const now = clock.now();
    const window = sosaWindow(now) - 1;
    const patterns = await memory.patterns({ limit: MOST_PATTERNS, seenSince: now - RECENT_MS });
    for (const pattern of patterns) this.#observe(pattern, window);
    this.#forget(window);
    writeAtomically(path, `${JSON.stringify([...this.#watched.values()])}\n`, 0o640);
  }

  /** As of now: windows without an attack since then count as quiet. The gravest first, then the busiest. */
  list(): readonly CampaignStanding[] {
    return [...this.#watched.values()]
      .map((watched) => this.#standing(watched))
      .sort((a, b) => b.level - a.level || (a.pattern < b.pattern ? -1 : 1));
  }

  get(pattern: string): CampaignStanding | undefined {
    const watched = this.#watched.get(pattern);
    return watched === undefined ? undefined : this.#standing(watched);
  }

  #observe({ id, occurrences, firstSeen }: Pattern, window: number): void {
    const known = this.#watched.get(id);
    // Met for the first time: all of it is new if the pattern is, and nothing is known of when otherwise.
    const isNew = firstSeen >= this.#options.clock.now() - RECENT_MS;
    const attacks = occurrences - (known?.occurrences ?? (isNew ? 0 : occurrences));
    const campaign = advanceCampaign(known?.campaign ?? NEW_CAMPAIGN, window, Math.max(0, attacks));
    if (campaign === known?.campaign) return;
    this.#watched.set(id, { pattern: id, occurrences, campaign });
  }

  #standing({ pattern, campaign }: Watched): CampaignStanding {
    const now = advanceCampaign(campaign, sosaWindow(this.#options.clock.now()) - 1, 0);
    return { pattern, ...reportCampaign(now), level: now.level };
  }

  #forget(window: number): void {
    const oldest = window - RECENT_MS / SOSA_WINDOW_MS;
    for (const [id, { campaign }] of this.#watched) if (campaign.window < oldest) this.#watched.delete(id);
    const excess = this.#watched.size - MOST_CAMPAIGNS;
    for (const id of [...this.#watched.keys()].slice(0, Math.max(0, excess))) this.#watched.delete(id);
  }
}

/** What cannot be read is learned anew. */
function read(path: string): readonly Watched[] {
  try {
    return z.array(Watched).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return [];
  }
}
