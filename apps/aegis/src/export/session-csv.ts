import type { SessionRecord } from '@aegis/model';
import { csvRecord } from './csv.ts';

type Column = readonly [name: string, value: (session: SessionRecord) => string | number | undefined];

/** Lists are joined by `;`. */
const COLUMNS: readonly Column[] = [
  ['sess_uuid', (session) => session.sess_uuid],
  ['start_time', (session) => session.start_time],
  ['end_time', (session) => session.end_time],
  ['peer_ip', (session) => session.peer_ip],
  ['peer_port', (session) => session.peer_port],
  ['country', (session) => session.threat_intelligence.country],
  ['asn', (session) => session.threat_intelligence.asn],
  ['protocol', (session) => session.protocol],
  ['sensor', (session) => session.sensor],
  ['snare_uuid', (session) => session.snare_uuid],
  ['user_agent', (session) => session.user_agent],
  ['tool', (session) => session.user_agent_info.tool_name],
  ['request_count', (session) => session.request_count],
  ['attack_types', (session) => session.attack_types.join(';')],
  ['mitre_attack', (session) => session.attack_patterns.mitre_attack.join(';')],
  ['risk_score', (session) => session.risk_score],
  ['threat_level', (session) => session.threat_level],
  ['priority', (session) => session.priority],
  ['confidence_score', (session) => session.confidence_score],
  ['recommendations', (session) => session.recommendations.join(';')],
  ['processed_at', (session) => session.processed_at],
];

export async function* sessionsAsCsv(sessions: AsyncIterable<SessionRecord>): AsyncGenerator<string> {
  yield csvRecord(COLUMNS.map(([name]) => name));
  for await (const session of sessions) yield csvRecord(COLUMNS.map(([, value]) => value(session)));
}
