import { Result } from '@aegis/model';
import { LONGEST_WAIT_MS } from '../buckets/ticks.ts';
import { DEAREST_MESSAGE } from '../costs/message-cost.ts';
import { DIMENSIONS, type Dimension } from '../limits/dimension.ts';
import { LOWEST_BAND, TRUST_BANDS } from '../trust/trust-bands.ts';
import type { GuardConfig } from './guard-config.ts';
import { type GuardConfigError, parseSettings } from './guard-settings.ts';

/**
 * The config from what a TOML, YAML or JSON file holds. Everything that is wrong is told at once. A config under
 * which a call could never pass is refused: none may have to wait longer than {@link LONGEST_WAIT_MS} for an empty
 * bucket of the least trusted client to hold what it costs.
 */
export function parseGuardConfig(document: unknown): Result<GuardConfig, readonly GuardConfigError[]> {
  const settled = parseSettings(document);
  if (!settled.ok) return settled;
  const config = settled.value;
  const errors = checkGuardConfig(config);
  return errors.length > 0 ? Result.err(errors) : Result.ok(config);
}

/** What is wrong with a config as a whole. */
export function checkGuardConfig(config: GuardConfig): readonly GuardConfigError[] {
  const dearestCall = Math.max(
    config.rpc.other.cost,
    ...Object.values(config.rpc.costs).map(({ cost }) => cost),
  );
  const dearest: Readonly<Record<Dimension, number>> = {
    user: Math.max(dearestCall, DEAREST_MESSAGE),
    device: Math.max(dearestCall, DEAREST_MESSAGE),
    rpc: Math.max(dearestCall, DEAREST_MESSAGE),
    user_channel: Math.max(dearestCall, DEAREST_MESSAGE),
    channel: Math.max(dearestCall, DEAREST_MESSAGE),
    ip: 1,
  };
  const lowest = Math.min(1, ...Object.values(config.overrides)) * (TRUST_BANDS[LOWEST_BAND]?.limits ?? 1);
  const errors = DIMENSIONS.flatMap((name): GuardConfigError[] => {
    const { perSecond, burst } = config.limits[name];
    const times = name === 'channel' || name === 'ip' ? 1 : lowest;
    const refill = (burst / perSecond) * 1000;
    const wait = (dearest[name] / (perSecond * times)) * 1000;
    const longest = Math.max(refill, wait);
    if (longest <= LONGEST_WAIT_MS) return [];
    const what =
      wait > LONGEST_WAIT_MS
        ? `a call that costs ${dearest[name]} tokens could never pass: the least trusted client would wait ${minutes(wait)}`
        : `the bucket would take ${minutes(refill)} to fill`;
    return [
      {
        kind: 'never_passes',
        path: ['limits', name],
        message: `${what}, and ${minutes(LONGEST_WAIT_MS)} is the most; raise per_second or lower ${wait > LONGEST_WAIT_MS ? 'the cost' : 'burst'}`,
      },
    ];
  });
  if (config.states.leaveScore > Math.max(config.states.enterScore, 0.1))
    errors.push({
      kind: 'bad_value',
      path: ['states', 'leave_score'],
      message: `must not be above enter_score (${config.states.enterScore}): a client would leave a state and enter it again`,
    });
  return errors;
}

function minutes(ms: number): string {
  return `${Math.round(ms / 6_000) / 10} min`;
}
