import type { SessionRecord } from '@aegis/model';
import { printable } from './frame/printable.ts';
import type { Style } from './frame/style.ts';
import { renderTable } from './frame/table.ts';

/** At most this many payloads and requests are shown; `--json` has all that are kept. */
const SHOWN = 10;

/** A session for a person: who, what, how bad and why, with the evidence. */
export function sessionLines(record: SessionRecord, width: number, style: Style): readonly string[] {
  const { strong, faint } = style;
  const { user_agent_info: agent, attack_patterns: patterns } = record;
  const tool =
    agent.tool_name === undefined ? agent.kind : `${agent.tool_name} ${agent.version ?? ''}`.trim();
  return [
    `${strong(printable(record.sess_uuid))}  ${levelMark(record, style)}`,
    '',
    `  source      ${record.peer_ip}${record.threat_intelligence.is_known_malicious ? ' (known before)' : ''}`,
    `  client      ${printable(tool)}  ${faint(printable(record.user_agent))}`,
    `  when        ${record.start_time} to ${record.end_time}, ${record.request_count} requests`,
    `  types       ${record.attack_types.join(', ') || 'none'}`,
    `  ATT&CK      ${patterns.mitre_attack.join(', ') || 'none'}`,
    `  phases      ${patterns.phases.join(' -> ') || 'none'}`,
    '',
    strong('Why this score'),
    ...renderTable(
      [
        { title: 'part' },
        { title: 'score', align: 'right' },
        { title: 'weight', align: 'right' },
        { title: 'why', shrinks: true },
      ],
      Object.entries(record.risk_breakdown).map(([part, { score, weight, why }]) => [
        part,
        String(Math.round(score)),
        `${Math.round(weight * 100)}%`,
        why,
      ]),
      { width, heading: faint },
    ).map((line) => `  ${line}`),
    ...section('Evidence', evidence(record), style),
    ...section('Advice', advice(record), style),
    ...section('Requests', requests(record), style),
  ];
}

function levelMark(
  { threat_level: level, risk_score: score, priority }: SessionRecord,
  { bad, warn, good }: Style,
): string {
  const mark = level === 'CRITICAL' || level === 'HIGH' ? bad : level === 'MEDIUM' ? warn : good;
  return `${mark(`${level} ${score}`)}  ${priority}`;
}

function section(title: string, lines: readonly string[], { strong, faint }: Style): readonly string[] {
  if (lines.length === 0) return [];
  const rest = lines.length > SHOWN ? [faint(`  ${lines.length - SHOWN} more with --json`)] : [];
  return ['', strong(title), ...lines.slice(0, SHOWN).map((line) => `  ${line}`), ...rest];
}

function evidence({ payloads }: SessionRecord): readonly string[] {
  return payloads.map(({ attack_type: type, place, part, text, why }) => {
    const where = part === '' ? place : `${place} ${part}`;
    return printable(`${type} in ${where}: ${why}  [${text.slice(0, 100)}]`);
  });
}

function advice({ recommendations, recommendation_reasons: reasons }: SessionRecord): readonly string[] {
  return recommendations.map((name) => printable(`${name}: ${reasons[name] ?? ''}`));
}

function requests(record: SessionRecord): readonly string[] {
  return record.requests.map(({ time, method, path, status }) =>
    printable(
      `${time.slice(11, 19)} ${method} ${path.slice(0, 120)}${status === undefined ? '' : ` -> ${status}`}`,
    ),
  );
}
