import type {
  AttackType,
  HttpObservation,
  Observation,
  RecordedRequest,
  Session,
  SessionRecord,
  Timestamp,
} from '@aegis/model';
import type { EnrichedSession } from './enrich/enriched-session.ts';
import type { Evaluation } from './evaluate/evaluation.ts';

/** Samples kept with a record. */
const MAX_RECORDED_REQUESTS = 50;
const MAX_RECORDED_PAYLOADS = 50;
const MAX_BODY = 2_048;
const MAX_PATH = 2_048;

/** The evaluated session as it is stored: bounded samples, those with evidence first. */
export function toRecord(
  session: Session,
  enriched: EnrichedSession,
  evaluation: Evaluation,
  processedAt: Timestamp,
): SessionRecord {
  const { recommendations } = evaluation;
  return {
    sess_uuid: session.id,
    peer_ip: session.client,
    ...(session.clientPort === undefined ? {} : { peer_port: session.clientPort }),
    user_agent: session.userAgent,
    sensor: session.sensor,
    ...(session.sensorId === undefined ? {} : { snare_uuid: session.sensorId }),
    protocol: session.protocol,
    start_time: isoTime(session.startedAt),
    end_time: isoTime(session.endedAt),
    duration_seconds: Math.round(enriched.conduct.durationSeconds * 1_000) / 1_000,
    attack_types: enriched.attackTypes,
    request_count: session.observationCount,
    requests: recordedRequests(session, enriched.typeByObservation),
    threat_intelligence: enriched.intelligence,
    attack_patterns: enriched.patterns,
    user_agent_info: enriched.userAgent,
    request_pattern: enriched.requestPattern,
    payloads: enriched.findings.slice(0, MAX_RECORDED_PAYLOADS).map((finding) => ({
      ...finding.evidence,
      attack_type: finding.attackType,
      techniques: finding.techniques,
    })),
    possible_owners: enriched.owners,
    risk_score: evaluation.score,
    risk_breakdown: evaluation.breakdown,
    threat_level: evaluation.level,
    priority: evaluation.priority,
    ...(evaluation.respondWithinSeconds === undefined
      ? {}
      : { respond_within_seconds: evaluation.respondWithinSeconds }),
    confidence_score: evaluation.confidence,
    impact: evaluation.impact,
    recommendations: recommendations.map((recommendation) => recommendation.name),
    recommendation_reasons: Object.fromEntries(recommendations.map(({ name, reason }) => [name, reason])),
    processed_at: isoTime(processedAt),
  };
}

/** ISO 8601 in UTC, without a fraction where there is none. */
function isoTime(time: Timestamp): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}

/** Requests with evidence are kept first; what is kept stands in time order. */
function recordedRequests(
  session: Session,
  types: ReadonlyMap<number, AttackType>,
): readonly RecordedRequest[] {
  const http = session.observations.flatMap((observation, index) =>
    isHttp(observation) ? [{ observation, index }] : [],
  );
  const proved = http.filter(({ index }) => types.has(index)).slice(0, MAX_RECORDED_REQUESTS);
  const plain = http.filter(({ index }) => !types.has(index)).slice(0, MAX_RECORDED_REQUESTS - proved.length);
  return [...proved, ...plain]
    .sort((a, b) => a.index - b.index)
    .map(({ observation, index }) => recordedRequest(observation, types.get(index)));
}

function isHttp(observation: Observation): observation is HttpObservation {
  return observation.kind === 'http';
}

function recordedRequest(request: HttpObservation, found: AttackType | undefined): RecordedRequest {
  const type = found ?? request.label;
  return {
    time: isoTime(request.at),
    method: request.method,
    path: request.target.slice(0, MAX_PATH),
    ...(request.status === undefined ? {} : { status: request.status }),
    ...(request.body === undefined || request.body === '' ? {} : { body: request.body.slice(0, MAX_BODY) }),
    ...(type === undefined ? {} : { attack_type: type }),
  };
}
