import type { Proposal } from '@aegis/model';
import { type Alert, networkOf } from '@aegis/scenario';

/** What an overflow wishes for: one decision for each client, network or name in it; none where the rule only tells. */
export function proposeScenario(alert: Alert, session?: string): readonly Proposal[] {
  const { rule, at, why } = alert;
  const { propose: wish } = rule;
  if (wish === undefined) return [];
  return targetsOf(alert).map((value) => ({
    key: `scenario:${rule.name}:${value}:${at}`,
    scope: wish.scope,
    value,
    action: wish.action,
    durationMs: wish.for,
    reason: why,
    origin: 'aegis',
    source: `scenario/${rule.name}`,
    confidence: rule.confidence,
    ...(session === undefined ? {} : { session }),
  }));
}

function targetsOf({ rule, clients, username }: Alert): readonly string[] {
  switch (rule.propose?.scope) {
    case 'range':
      return [...new Set(clients.map(networkOf))];
    case 'user':
      return username === undefined ? [] : [username];
    default:
      return clients;
  }
}
