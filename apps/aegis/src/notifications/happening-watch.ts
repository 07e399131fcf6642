import { AegisError, type Clock, type Logger, type SessionRecord } from '@aegis/model';
import type { Ledger, NotificationQueue } from '@aegis/ports';
import { z } from 'zod';
import type { NotificationsSettings } from '../config/sections/notifications-section.ts';
import type { Part } from '../node/lifecycle.ts';
import { type Condition, conditionChanges, type KnownConditions } from './condition.ts';
import type { Happening } from './happening.ts';
import { journalHappening } from './journal-happenings.ts';
import { routed } from './rule-routes.ts';

export interface HappeningWatchOptions {
  readonly settings: NotificationsSettings;
  readonly queue: NotificationQueue;
  readonly ledger: Ledger;
  readonly sessionOf: (id: string) => Promise<SessionRecord | undefined>;
  readonly conditions: () => Promise<readonly Condition[]>;
  /** Told of things that found no room. */
  readonly onDropped: (channel: string, count: number) => void;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly logger: Logger;
}

const JOURNAL_MS = 1_000;
const CONDITIONS_MS = 5_000;
/** Journal entries that are taken at once. */
const BATCH = 500;
const MARKS = { position: 'journal', since: 'since', conditions: 'conditions' } as const;

const Position = z.coerce.number().pipe(z.int().min(0));

/**
 * Puts into the queue what happens: what the ledger says, in order, each entry once, and what begins, changes or ends.
 * How far it has come is kept with what it put there, so that nothing is lost or told twice over a restart. What
 * happened before its first start is no news.
 */
export class HappeningWatch implements Part {
  readonly name: string = 'notifications';
  readonly #options: HappeningWatchOptions;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  #position: number | undefined;
  #since = 0;
  #known: KnownConditions | undefined;
  #isStopping = false;
  /** By what was being done. */
  readonly #troubles = new Map<string, string>();

  constructor(options: HappeningWatchOptions) {
    this.#options = options;
  }

  get trouble(): string {
    return [...this.#troubles.values()].join('; ');
  }

  start(): void {
    this.#every('journal', JOURNAL_MS, () => this.followJournal());
    this.#every('conditions', CONDITIONS_MS, () => this.lookAround());
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#running);
  }

  /** Takes in what was written to the ledger since the last time. */
  async followJournal(): Promise<void> {
    const { ledger, sessionOf } = this.#options;
    for (;;) {
      this.#position ??= await this.#restore();
      const journal = await ledger.journal(this.#position, BATCH);
      const last = journal.at(-1)?.number;
      if (last === undefined) return;
      const happenings: Happening[] = [];
      for (const entry of journal) {
        if (entry.at < this.#since) continue;
        const happening = await journalHappening(entry, sessionOf);
        if (happening !== undefined) happenings.push(happening);
      }
      await this.#add(happenings, { [MARKS.position]: String(last) });
      this.#position = last;
      if (journal.length < BATCH || this.#isStopping) return;
    }
  }

  /** Takes in what has begun, changed or ended since the last time. */
  async lookAround(): Promise<void> {
    const { queue, conditions, clock } = this.#options;
    // Written by this program, below: a mark that is none is a fault of the disk, and known from then on.
    this.#known ??= JSON.parse((await queue.mark(MARKS.conditions)) ?? '{}') as KnownConditions;
    const { happenings, known } = conditionChanges(this.#known, await conditions(), clock.now());
    const text = JSON.stringify(known);
    if (text === JSON.stringify(this.#known)) return;
    await this.#add(happenings, { [MARKS.conditions]: text });
    this.#known = known;
  }

  async #restore(): Promise<number> {
    const { queue, clock } = this.#options;
    const mark = await queue.mark(MARKS.position);
    const since = await queue.mark(MARKS.since);
    if (since === undefined) {
      this.#since = clock.now();
      await queue.add([], { [MARKS.since]: String(this.#since) }, 0);
    } else this.#since = Number(since);
    const position = Position.safeParse(mark ?? 0);
    if (position.success) return position.data;
    throw new AegisError('notifications_damaged', `how far the journal was told is ${JSON.stringify(mark)}`);
  }

  async #add(happenings: readonly Happening[], marks: Readonly<Record<string, string>>): Promise<void> {
    const { settings, queue, clock, newId, onDropped } = this.#options;
    const things = happenings.flatMap((happening) => routed(happening, settings, clock.now(), newId));
    const dropped = await queue.add(things, marks, settings.maxWaiting);
    for (const [channel, count] of dropped) onDropped(channel, count);
  }

  #every(what: string, ms: number, work: () => Promise<void>): void {
    const turn = async (): Promise<void> => {
      try {
        await work();
        this.#troubles.delete(what);
      } catch (error) {
        const trouble = error instanceof Error ? error.message : String(error);
        if (trouble !== this.#troubles.get(what))
          this.#options.logger.warn(
            { error: trouble },
            'what happens cannot be noted for people; it is tried again',
          );
        this.#troubles.set(what, trouble);
      }
      if (!this.#isStopping) wait();
    };
    const wait = (): void => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        const running = turn().finally(() => this.#running.delete(running));
        this.#running.add(running);
      }, ms);
      this.#timers.add(timer);
    };
    wait();
  }
}
