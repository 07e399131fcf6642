import { ManualClock, seededRandom } from '@aegis/model';
import type { GuardConfig } from '../config/guard-config.ts';
import { GUARD_PRESETS } from '../config/presets.ts';
import { Guard } from '../guard.ts';
import type { GuardEvent } from '../guard-event.ts';
import type { GuardOptions } from '../guard-options.ts';

export interface GuardFixture {
  readonly guard: Guard;
  readonly clock: ManualClock;
  readonly events: GuardEvent[];
}

/** A guard of the preset `strict` with shadow bans, on a clock that stands; of few buckets, since histories of weeks sweep often. */
export function guardFixture(
  change: Partial<GuardConfig> = {},
  options: Partial<GuardOptions> = {},
): GuardFixture {
  const { strict } = GUARD_PRESETS;
  const clock = new ManualClock();
  const events: GuardEvent[] = [];
  const guard = new Guard({
    config: { ...strict, shadowBan: 'on', capacity: { ...strict.capacity, buckets: 10_000 }, ...change },
    clock,
    random: seededRandom(1),
    onEvent: (event) => void events.push(event),
    ...options,
  });
  return { guard, clock, events };
}
