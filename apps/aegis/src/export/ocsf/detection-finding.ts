import { type SessionRecord, type ThreatLevel, techniqueName } from '@aegis/model';
import { baseEvent, sensorEndpoint, sourceEndpoint } from './ocsf-common.ts';

const CLASS_UID = 2_004;
const CREATE = 1;
const NEW = 1;
const RISK_LEVEL: Readonly<Record<ThreatLevel, number>> = Object.freeze({
  INFO: 0,
  LOW: 1,
  MEDIUM: 2,
  HIGH: 3,
  CRITICAL: 4,
});

/** Detection Finding: what was found in the session, with its evidence and advice. */
export function detectionFinding(session: SessionRecord): object {
  const { attack_types: types, recommendation_reasons: reasons } = session;
  return {
    ...baseEvent(session, CLASS_UID, CREATE),
    activity_name: 'Create',
    status_id: NEW,
    is_alert: session.threat_level === 'HIGH' || session.threat_level === 'CRITICAL',
    confidence_score: Math.round(session.confidence_score),
    risk_score: Math.round(session.risk_score),
    risk_level_id: RISK_LEVEL[session.threat_level],
    finding_info: {
      uid: session.sess_uuid.toWellFormed(),
      title: `${types.join(', ')} from ${session.peer_ip}`,
      types,
      created_time: Date.parse(session.processed_at),
      first_seen_time: Date.parse(session.start_time),
      last_seen_time: Math.max(Date.parse(session.start_time), Date.parse(session.end_time)),
      analytic: { uid: 'aegis-analyze', name: 'Aegis analysis', type_id: 1, type: 'Rule' },
      attacks: [...new Set(session.attack_patterns.mitre_attack)].map(attack),
    },
    evidences: [
      { src_endpoint: sourceEndpoint(session), dst_endpoint: sensorEndpoint(session) },
      ...session.payloads.map(({ place, part, text, decoded, attack_type: type, why }) => ({
        data: { place, part, text, ...(decoded === undefined ? {} : { decoded }), attack_type: type, why },
      })),
    ],
    ...(session.recommendations.length === 0
      ? {}
      : {
          remediation: {
            desc: session.recommendations.map((name) => `${name}: ${reasons[name] ?? ''}`).join('\n'),
          },
        }),
  };
}

/** A sub-technique stands beside the technique it belongs to. */
function attack(id: string): object {
  const [parent = id] = id.split('.');
  const named = (uid: string): object => ({ uid, name: techniqueName(uid) ?? uid });
  return { technique: named(parent), ...(parent === id ? {} : { sub_technique: named(id) }) };
}
