import type { OwnerKind, RequestPattern, Session, UserAgentInfo } from '@aegis/model';
import type { Conduct, SessionFinding } from './enriched-session.ts';

/** How much the sensor's own estimate counts next to ours. */
const SENSOR_SHARE = 0.25;

const ADMIN_PATH = /\/(?:wp-admin|admin|administrator|manager|console|dashboard)(?:[/?]|$)/i;

/** Who is probably behind a session: 0-1 each, independent of each other (an attacker uses a tool). */
export function estimateOwners(
  session: Session,
  userAgent: UserAgentInfo,
  findings: readonly SessionFinding[],
  conduct: Conduct,
  pattern: RequestPattern,
): Readonly<Partial<Record<OwnerKind, number>>> {
  const proof = findings.reduce(
    (most, finding) => Math.max(most, (Math.sqrt(finding.danger / 100) * finding.confidence) / 100),
    0,
  );
  const shell = conduct.commands > 0 ? 0.9 : 0;
  const attacker = Math.max(proof, shell);
  const own: Record<OwnerKind, number> = {
    attacker,
    crawler: crawler(userAgent) * (1 - attacker),
    tool: tool(userAgent, session, pattern, conduct),
    user:
      userAgent.kind === 'browser'
        ? (1 - attacker) * (pattern.prolonged && pattern.automated ? 0.5 : 0.9)
        : 0.1 * (1 - attacker),
    admin: admin(session, attacker),
  };
  const owners: Partial<Record<OwnerKind, number>> = {};
  for (const kind of Object.keys(own) as OwnerKind[]) {
    const sensor =
      session.possibleOwners !== undefined && Object.hasOwn(session.possibleOwners, kind)
        ? session.possibleOwners[kind]
        : undefined;
    const said =
      sensor === undefined || !Number.isFinite(sensor) ? own[kind] : Math.min(1, Math.max(0, sensor));
    owners[kind] = Math.round(100 * (own[kind] * (1 - SENSOR_SHARE) + said * SENSOR_SHARE)) / 100;
  }
  return owners;
}

/** Anybody can call himself a crawler: without proof it is a tool that does. */
function crawler(userAgent: UserAgentInfo): number {
  if (userAgent.kind !== 'crawler') return 0.05;
  return userAgent.verified === true ? 0.98 : 0.25;
}

/** `feed_reader` and `monitor` read by themselves, as do those that follow links that no person sees. */
function tool(userAgent: UserAgentInfo, session: Session, pattern: RequestPattern, conduct: Conduct): number {
  if (userAgent.kind === 'security_tool') return 0.97;
  if (userAgent.kind === 'library') return 0.85;
  if (userAgent.kind === 'feed_reader' || userAgent.kind === 'monitor') return 0.8;
  if (userAgent.kind === 'crawler') return userAgent.verified === true ? 0.3 : 0.75;
  if ((session.hiddenLinks ?? 0) > 0) return 0.6;
  const fast = pattern.automated && conduct.requests + conduct.logins > 50;
  if (userAgent.kind === 'browser') return fast ? 0.4 : 0.05;
  return fast ? 0.7 : 0.3;
}

/** Somebody who opens pages of the administration, is let in and does nothing else. */
function admin(session: Session, attacker: number): number {
  const inside = session.observations.some(
    (observation) =>
      observation.kind === 'http' &&
      observation.status !== undefined &&
      observation.status >= 200 &&
      observation.status < 300 &&
      ADMIN_PATH.test(observation.target),
  );
  return inside ? 0.5 * (1 - attacker) : 0;
}
