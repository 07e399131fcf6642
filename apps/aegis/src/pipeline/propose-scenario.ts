import type { Proposal } from '@aegis/model';
import type { ScenarioDetection } from '@aegis/scenario';

/** What a fired rule wishes for; nothing where the rule only tells. */
export function proposeScenario({ rule, detection }: ScenarioDetection): Proposal | undefined {
  if (rule.propose === undefined) return undefined;
  return {
    key: `scenario:${rule.name}:${detection.client}:${detection.at}`,
    scope: 'ip',
    value: detection.client,
    action: rule.propose.action,
    durationMs: rule.propose.for,
    reason: detection.evidence[0]?.why ?? rule.about,
    origin: 'aegis',
    source: `scenario/${rule.name}`,
    confidence: detection.confidence,
    ...(detection.session === undefined ? {} : { session: detection.session }),
  };
}
