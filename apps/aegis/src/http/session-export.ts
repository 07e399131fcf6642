import type { SessionRecord } from '@aegis/model';
import type { Archive, SessionQuery } from '@aegis/ports';
import { csvRecord } from './csv.ts';

const PAGE = 500;

/** What to look for; all pages. */
export type SessionFilter = Omit<SessionQuery, 'limit' | 'cursor'>;

/** Every session that fits, page by page: memory does not grow with the export. */
async function* allSessions(archive: Archive, filter: SessionFilter): AsyncGenerator<SessionRecord> {
  let cursor: string | undefined;
  do {
    const page = await archive.find({ ...filter, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    yield* page.sessions;
    cursor = page.next;
  } while (cursor !== undefined);
}

export async function* sessionsAsJsonLines(archive: Archive, filter: SessionFilter): AsyncGenerator<string> {
  for await (const session of allSessions(archive, filter)) yield `${JSON.stringify(session)}\n`;
}

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

export async function* sessionsAsCsv(archive: Archive, filter: SessionFilter): AsyncGenerator<string> {
  yield csvRecord(COLUMNS.map(([name]) => name));
  for await (const session of allSessions(archive, filter))
    yield csvRecord(COLUMNS.map(([, value]) => value(session)));
}
