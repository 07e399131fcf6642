import { DecisionEngine, lostProtection, type Policy } from '@aegis/decide';
import type { Address, Decision, Outcome, Random } from '@aegis/model';

export interface LockOutContext {
  /** In force, with the protections of the node; the same for the other. */
  readonly before: Policy;
  readonly after: Policy;
  /** Where the change comes from. */
  readonly clients: readonly Address[];
  /** Every decision in force that is about this address. */
  readonly decisionsOn: (address: Address) => readonly Decision[];
  readonly now: number;
  readonly random: Random;
}

const RESTRICTED: ReadonlySet<Outcome> = new Set(['throttle', 'challenge', 'shadow', 'block']);

/** Networks named one by one; further ones are counted. */
const MOST_NAMED = 10;

/**
 * Who may be locked out by a change of policy, in words: networks that would no longer be protected, and the
 * caller where a decision in force would hit him that does not now. What no policy can lift is not among them.
 */
export function lockOutRisks(context: LockOutContext): readonly string[] {
  const { before, after, clients } = context;
  const lost = lostProtection(before, after);
  return [
    ...lost.slice(0, MOST_NAMED).map((prefix) => `${prefix} would no longer be protected`),
    ...(lost.length > MOST_NAMED
      ? [`${lost.length - MOST_NAMED} more networks would no longer be protected`]
      : []),
    ...[...new Set(clients)].flatMap((client) => risksOf(client, context)),
  ];
}

function risksOf(
  client: Address,
  { before, after, decisionsOn, now, random }: LockOutContext,
): readonly string[] {
  const decisions = decisionsOn(client);
  const verdict = (policy: Policy) => {
    const engine = new DecisionEngine({ policy, random });
    for (const decision of decisions) engine.apply(decision);
    return engine.check({ address: client }, now);
  };
  const [now_, then] = [verdict(before), verdict(after)];
  const here = `${client}, from where this change comes,`;
  const risks: string[] = [];
  if (RESTRICTED.has(then.outcome) && !RESTRICTED.has(now_.outcome))
    risks.push(`decision ${then.decision} would hit ${here} with ${then.outcome}: ${then.reason}`);
  if (now_.outcome === 'allow' && now_.origin === 'policy' && then.origin !== 'policy')
    risks.push(`${here} would no longer be exempt`);
  return risks;
}
