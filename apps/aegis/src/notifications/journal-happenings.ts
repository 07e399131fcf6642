import type { Decision, SessionRecord, ThreatLevel } from '@aegis/model';
import type { AuditEntry, DecisionEvent, JournalEntry } from '@aegis/ports';
import { isFromMesh } from '../decisions/plan-received.ts';
import type { Happening } from './happening.ts';

/** What the ledger says happened here; the session of a decision is asked for, as it says how grave it is. */
export async function journalHappening(
  entry: JournalEntry,
  sessionOf: (id: string) => Promise<SessionRecord | undefined>,
): Promise<Happening | undefined> {
  if (entry.record === undefined) return undefined;
  if (entry.kind === 'audit') return ofAudit(entry.record);
  if (entry.kind !== 'decision') return undefined;
  const event: DecisionEvent = entry.record;
  // The node that decided tells of it.
  if (event.kind !== 'made' || isFromMesh(event) || event.decision.action === 'allow') return undefined;
  const { decision } = event;
  const session = decision.session === undefined ? undefined : await sessionOf(decision.session);
  return ofDecision(decision, event.at, session);
}

function ofDecision(decision: Decision, at: number, session: SessionRecord | undefined): Happening {
  const { id, scope, value, action, reason, source, origin, weight, expires } = decision;
  const facts = {
    [scope === 'ip' || scope === 'range' ? 'address' : scope]: value,
    action,
    reason,
    until: `${new Date(expires).toISOString().slice(0, 19)}Z`,
    source: source === '' ? origin : `${origin}, ${source}`,
    confidence: `${Math.round(weight * 100)}%`,
    ...(session === undefined ? {} : sessionFacts(session)),
    decision: id,
  };
  const text = `${action} of ${value}: ${reason}`;
  return { event: 'decision', level: session?.threat_level ?? levelOf(decision), item: { at, text, facts } };
}

function sessionFacts({
  attack_types,
  user_agent,
  requests,
  risk_score,
}: SessionRecord): Record<string, string> {
  const telling = requests.find(({ attack_type }) => attack_type !== undefined) ?? requests[0];
  return {
    attacks: attack_types.join(', '),
    risk: String(risk_score),
    ...(telling === undefined ? {} : { request: `${telling.method} ${telling.path}` }),
    ...(user_agent === '' ? {} : { agent: user_agent }),
  };
}

/** Of a decision without a session: what people and lists decide is as grave as it is surprising, which is little. */
function levelOf({ origin, weight }: Decision): ThreatLevel {
  if (origin !== 'aegis' && origin !== 'mesh' && origin !== 'crowdsec') return 'LOW';
  if (weight >= 0.9) return 'HIGH';
  return weight >= 0.6 ? 'MEDIUM' : 'LOW';
}

const DEEDS: Readonly<Record<string, readonly [Happening['event'], ThreatLevel, string]>> = {
  'fleet.halt': ['fleet_halt', 'CRITICAL', 'halted every agent of the fleet'],
  'fleet.resume': ['fleet_halt', 'HIGH', 'had the agents of the fleet go on'],
  'policy.apply': ['policy_changed', 'MEDIUM', 'changed the policy'],
  'policy.rollback': ['policy_changed', 'MEDIUM', 'rolled the policy back'],
  'key.create': ['key_changed', 'MEDIUM', 'made an API key'],
  'key.revoke': ['key_changed', 'MEDIUM', 'revoked an API key'],
};

function ofAudit({ action, actor, from, target, result, at, detail }: AuditEntry): Happening | undefined {
  const deed = Object.hasOwn(DEEDS, action) ? DEEDS[action] : undefined;
  if (deed === undefined || result !== 'ok') return undefined;
  const [event, level, words] = deed;
  const { reason } = detail;
  const facts = { target, from, ...(typeof reason === 'string' ? { reason } : {}) };
  return { event, level, item: { at, text: `${actor} ${words}`, facts } };
}
