import type { SessionRecord } from '@aegis/model';
import { printable } from './frame/printable.ts';
import type { Style } from './frame/style.ts';
import { type Column, renderTable } from './frame/table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'start' },
  { title: 'source' },
  { title: 'risk', align: 'right' },
  { title: 'level' },
  { title: 'client', shrinks: true },
  { title: 'attack types', shrinks: true },
];
/** The ids of logs are 64 characters long. */
const ROOM_FOR_IDS = 150;

/** Sessions for a person. Their ids, by which one is shown, are never cut: where they do not fit they stand below. */
export function sessionTable(
  sessions: readonly SessionRecord[],
  width: number,
  { faint }: Style,
): readonly string[] {
  const rows = sessions.map((session) => [
    session.start_time.slice(0, 19).replace('T', ' '),
    session.peer_ip,
    String(session.risk_score),
    session.threat_level,
    clientOf(session.user_agent_info),
    session.attack_types.join(', ') || '-',
    session.sess_uuid,
  ]);
  if (width >= ROOM_FOR_IDS)
    return renderTable([...COLUMNS, { title: 'id' }], rows, { width, heading: faint });
  const [heading = '', ...lines] = renderTable(COLUMNS, rows, { width, heading: faint });
  const below = (index: number): string => faint(`  ${printable(sessions[index]?.sess_uuid ?? '')}`);
  return [heading, ...lines.flatMap((line, index) => [line, below(index)])];
}

/** With a question mark where it calls itself a crawler and nothing proves it. */
function clientOf({ tool_name: name, kind, verified }: SessionRecord['user_agent_info']): string {
  return `${name ?? kind}${verified === false ? '?' : ''}`;
}
