import type { ThreatLevel } from '@aegis/model';
import type { NotificationEvent } from '../config/sections/notifications-section.ts';
import type { Happening } from './happening.ts';

/** Something that goes on: a feed that fails, a campaign that escalates. */
export interface Condition {
  readonly event: NotificationEvent;
  /** What it is about: two conditions of one event and subject are the same one. */
  readonly subject: string;
  readonly level: ThreatLevel;
  /** How it stands: people are told again when this changes. */
  readonly state: string;
  readonly text: string;
  /** What is said when it is over; absent where that is no news. */
  readonly over?: string;
  readonly facts: Readonly<Record<string, string>>;
}

/** What people were told goes on, kept over restarts. */
export type KnownConditions = Readonly<Record<string, Pick<Condition, 'event' | 'level' | 'state' | 'over'>>>;

export interface ConditionChanges {
  readonly happenings: readonly Happening[];
  readonly known: KnownConditions;
}

/** More at once are not followed: the first by name are. */
const MOST = 2_000;

const keyOf = ({ event, subject }: Condition): string => `${event}/${subject}`;

/** What has begun, changed or ended between two looks. */
export function conditionChanges(
  before: KnownConditions,
  conditions: readonly Condition[],
  at: number,
): ConditionChanges {
  const now = new Map(conditions.slice(0, MOST).map((each) => [keyOf(each), each] as const));
  const happenings: Happening[] = [];
  for (const [key, { event, level, state, text, facts }] of now)
    if (!Object.hasOwn(before, key) || before[key]?.state !== state)
      happenings.push({ event, level, item: { at, text, facts } });
  for (const [key, { event, level, over }] of Object.entries(before))
    if (!now.has(key) && over !== undefined)
      happenings.push({ event, level, item: { at, text: over, facts: {} } });
  const known = Object.fromEntries(
    [...now].map(([key, { event, level, state, over }]) => [
      key,
      { event, level, state, ...(over === undefined ? {} : { over }) },
    ]),
  );
  return { happenings, known };
}
