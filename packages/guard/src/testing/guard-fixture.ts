import { ManualClock, seededRandom } from '@aegis/model';
import type { GuardConfig } from '../config/guard-config.ts';
import { GUARD_PRESETS } from '../config/presets.ts';
import { Guard, type GuardOptions } from '../guard.ts';
import type { GuardEvent } from '../guard-event.ts';

export interface GuardFixture {
  readonly guard: Guard;
  readonly clock: ManualClock;
  readonly events: GuardEvent[];
}

/** A guard of the preset `strict` with shadow bans, on a clock that stands. */
export function guardFixture(
  change: Partial<GuardConfig> = {},
  options: Partial<GuardOptions> = {},
): GuardFixture {
  const clock = new ManualClock();
  const events: GuardEvent[] = [];
  const guard = new Guard({
    config: { ...GUARD_PRESETS.strict, shadowBan: 'on', ...change },
    clock,
    random: seededRandom(1),
    onEvent: (event) => void events.push(event),
    ...options,
  });
  return { guard, clock, events };
}
