import type { AttackType, Session, ThreatIntelligence, UserAgentInfo } from '@aegis/model';
import { freshRecognition, type Recognition } from '../classify/recognition.ts';
import { behaviourFindings } from './behaviour-findings.ts';
import { conduct as countConduct } from './conduct.ts';
import type { EnrichedSession, SessionFinding } from './enriched-session.ts';
import type { Intel } from './intel.ts';
import { estimateOwners } from './owners.ts';
import { byGravity, payloadFindings } from './payload-findings.ts';
import { type PhaseReading, readPhases } from './phases.ts';
import { requestPattern } from './request-pattern.ts';
import { bySeverity } from './severity.ts';
import { sophisticationLevel, sophisticationMeasures } from './sophistication.ts';

/**
 * Adds to a session all that can be read from it and from what is known of its address. A function of its
 * arguments: no time, no I/O. Work is bounded whatever the session holds: at most 5,000 distinct payloads and
 * 4 Mi characters of them are classified, at most 64 fields of each query, body and set of headers.
 */
export function enrich(
  session: Session,
  intel: Intel,
  recognition: Recognition = freshRecognition,
): EnrichedSession {
  const payloads = payloadFindings(session, recognition);
  const userAgent = client(session, intel, recognition);
  const counted = countConduct(session, payloads.hostile);
  const rhythm = requestPattern(session, counted, false);
  const behaviour = behaviourFindings(session, counted, rhythm, userAgent);
  const findings = [...payloads.findings, ...behaviour].sort(byGravity);
  const reading = phases(session, findings, payloads.typeByObservation);
  const pattern = reading.escalation ? requestPattern(session, counted, true) : rhythm;
  const guessing = behaviour.some((finding) => GUESSING.has(finding.attackType));
  const conduct = guessing
    ? { ...counted, hostileShare: Math.max(counted.hostileShare, guessingShare(session, counted)) }
    : counted;
  const sophistication = sophisticationMeasures(findings);
  return {
    session,
    intelligence: intelligence(session, intel),
    patterns: {
      techniques: distinct(findings.map((finding) => finding.attackType)).sort(bySeverity),
      sophistication: sophisticationLevel(sophistication),
      indicators: distinct(findings.flatMap((finding) => finding.indicators)),
      mitre_attack: distinct(findings.flatMap((finding) => finding.techniques)).sort(),
      phases: reading.phases,
      escalation: reading.escalation,
    },
    sophistication,
    userAgent,
    requestPattern: pattern,
    findings,
    typeByObservation: payloads.typeByObservation,
    attackTypes: distinct([...findings.map((finding) => finding.attackType), ...session.labels]).sort(
      bySeverity,
    ),
    conduct,
    owners: estimateOwners(session, userAgent, findings, conduct, pattern),
  };
}

/** What the user agent says of itself, and whether the address of one that calls itself a crawler proves it. */
function client(session: Session, intel: Intel, recognition: Recognition): UserAgentInfo {
  let proof: boolean | undefined;
  const info = recognition.userAgent(session.userAgent, (name) => {
    proof = intel.crawler?.(session.client, name);
    return proof;
  });
  if (info.verified === undefined) return info;
  return { ...info, verification: proof === undefined ? 'unknown' : proof ? 'proved' : 'refuted' };
}

const GUESSING: ReadonlySet<AttackType> = new Set(['brute_force', 'credential_stuffing', 'path_enumeration']);

/** Guessed passwords and paths are hostile though each single one looks ordinary. */
function guessingShare(session: Session, counted: EnrichedSession['conduct']): number {
  const guesses = counted.loginAttempts + counted.notFound;
  const repeated = counted.requests === 0 ? 0 : counted.logins;
  return Math.min(1, guesses / Math.max(1, session.observations.length - repeated));
}

function phases(
  session: Session,
  findings: readonly SessionFinding[],
  typeByObservation: ReadonlyMap<number, AttackType>,
): PhaseReading {
  const quiet = session.observations.findIndex(
    (observation, index) => observation.kind === 'http' && !typeByObservation.has(index),
  );
  return readPhases(findings, quiet < 0 ? undefined : session.observations[quiet]?.at);
}

function intelligence(session: Session, intel: Intel): ThreatIntelligence {
  const { known, categories, score } = intel.reputation(session.client);
  const { country = session.country, asn, asName } = intel.geo(session.client);
  return {
    is_known_malicious: known && score > 0,
    threat_categories: categories,
    reputation_score: Math.min(100, Math.max(0, Math.round(score))),
    ...(country === undefined ? {} : { country }),
    ...(asn === undefined ? {} : { asn }),
    ...(asName === undefined ? {} : { as_name: asName }),
  };
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
