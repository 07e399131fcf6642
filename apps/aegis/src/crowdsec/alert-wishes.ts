import type { Timestamp } from '@aegis/model';
import type { DecisionWish } from '../node/services.ts';
import type { Alert, AlertDecision } from './alert.ts';
import { actionOf, parseGoDuration, scopeOf } from './lapi-decision.ts';

export interface AlertRules {
  /** Of a ban that the agent leaves to us, ms. */
  readonly banMs: number;
  readonly machine: string;
}

/** What follows from an alert, and what of it cannot be carried out, in words. */
export interface AlertWishes {
  readonly wishes: readonly DecisionWish[];
  readonly refused: readonly string[];
}

/**
 * The decisions of the alert, or a ban of its source where it has none and is no simulation. Each ends a while after
 * the last event, not after now: old logs that are read again ban nobody anew.
 */
export function alertWishes(alert: Alert, { banMs, machine }: AlertRules, now: Timestamp): AlertWishes {
  if (alert.simulated) return { wishes: [], refused: [] };
  const asked = alert.decisions ?? [];
  const decisions = asked.length > 0 ? asked : [ownBan(alert, banMs)].filter(({ value }) => value !== '');
  const wishes: DecisionWish[] = [];
  const refused: string[] = [];
  for (const decision of decisions) {
    const scope = scopeOf(decision.scope);
    const action = actionOf(decision.type);
    const length = parseGoDuration(decision.duration);
    if (scope === undefined) refused.push(`there is no scope ${JSON.stringify(decision.scope)}`);
    else if (action === undefined)
      refused.push(`there is no decision of type ${JSON.stringify(decision.type)}`);
    else if (length === undefined)
      refused.push(`${JSON.stringify(decision.duration)} is no duration such as 4h0m0s`);
    else {
      const durationMs = Date.parse(alert.stop_at) + length - now;
      if (durationMs <= 0) continue;
      wishes.push({
        ...{ scope, value: decision.value, action, durationMs, reason: reasonOf(alert) },
        ...{ origin: originOf(decision), source: decision.scenario || alert.scenario },
        // An agent that did not hear our answer sends the alert again.
        key: [
          'crowdsec',
          machine,
          alert.scenario,
          alert.start_at,
          alert.stop_at,
          scope,
          decision.value,
          action,
        ].join(' '),
      });
    }
  }
  return { wishes, refused };
}

function ownBan({ source, scenario }: Alert, banMs: number): AlertDecision {
  const duration = `${Math.ceil(banMs / 1000)}s`;
  return { duration, origin: 'crowdsec', scenario, scope: source.scope, type: 'ban', value: source.value };
}

function reasonOf({ message, scenario, events_count: events }: Alert): string {
  const words = message === '' ? `${scenario}, ${events} events` : message;
  return `CrowdSec: ${words}`.slice(0, 1000);
}

/** What a person typed on an agent's machine is theirs, everything else is the agent's finding. */
function originOf({ origin }: AlertDecision): string {
  return origin.startsWith('cscli') ? 'operator' : 'crowdsec';
}
