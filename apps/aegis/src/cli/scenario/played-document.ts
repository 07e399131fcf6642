import type { LineAlert, PlayedLog } from '../../scenario/play-log.ts';

/** An alert as `--json` tells it. */
export function alertDocument({ line, alert }: LineAlert): object {
  const { rule, source, since, at, count, clients, username, sample, why } = alert;
  return {
    line,
    rule: rule.name,
    attack_type: rule.attack_type,
    techniques: rule.techniques,
    confidence: rule.confidence,
    source: Object.fromEntries(source.map(({ field, value }) => [field, value])),
    clients,
    ...(username !== undefined && { username }),
    since: new Date(since).toISOString(),
    at: new Date(at).toISOString(),
    count,
    sample,
    why,
    ...(rule.propose !== undefined && {
      propose: { action: rule.propose.action, scope: rule.propose.scope },
    }),
  };
}

/** Rules that had something to look at, those that fired first. */
export function countDocuments(
  counts: PlayedLog['counts'],
): readonly { readonly name: string; readonly matched: number; readonly fired: number }[] {
  return [...counts]
    .filter(([, { matched }]) => matched > 0)
    .map(([name, count]) => ({ name, ...count }))
    .sort((a, b) => b.fired - a.fired || b.matched - a.matched || a.name.localeCompare(b.name));
}
