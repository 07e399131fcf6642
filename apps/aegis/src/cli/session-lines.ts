import type { SessionRecord } from '@aegis/model';
import { fold } from './fold.ts';
import { printable } from './frame/printable.ts';
import type { Style } from './frame/style.ts';
import { renderTable } from './frame/table.ts';

/** At most this many payloads and requests are shown; `--json` has all that are kept. */
const SHOWN = 10;
const LABEL_CELLS = 12;

/** A session for a person: who, what, how bad and why, with the evidence. */
export function sessionLines(record: SessionRecord, width: number, style: Style): readonly string[] {
  const section = (title: string, items: readonly string[]): readonly string[] =>
    sectionLines(title, items, width, style);
  return [
    `${style.strong(printable(record.sess_uuid))}  ${levelMark(record, style)}`,
    '',
    ...facts(record).flatMap(([label, text]) => factLines(label, text, width)),
    '',
    style.strong('Why this score'),
    ...scoreTable(record, width - 2, style).map((line) => `  ${line}`),
    ...section('Evidence', evidence(record)),
    ...section('Advice', advice(record)),
    ...section('Requests', requests(record)),
  ];
}

function levelMark(
  { threat_level: level, risk_score: score, priority }: SessionRecord,
  { bad, warn, good }: Style,
): string {
  const mark = level === 'CRITICAL' || level === 'HIGH' ? bad : level === 'MEDIUM' ? warn : good;
  return `${mark(`${level} ${score}`)}  ${priority}`;
}

function facts(record: SessionRecord): readonly (readonly [label: string, text: string])[] {
  const { user_agent_info: agent, attack_patterns: patterns, threat_intelligence: known } = record;
  const tool =
    agent.tool_name === undefined ? agent.kind : `${agent.tool_name} ${agent.version ?? ''}`.trim();
  return [
    ['source', `${record.peer_ip}${known.is_known_malicious ? ' (known before)' : ''}`],
    ['client', `${tool}${crawlerNote(agent)}  ${record.user_agent}`],
    ['when', `${record.start_time} to ${record.end_time}, ${record.request_count} requests`],
    ['types', record.attack_types.join(', ') || 'none'],
    ['ATT&CK', patterns.mitre_attack.join(', ') || 'none'],
    ['phases', patterns.phases.join(' -> ') || 'none'],
  ];
}

function crawlerNote({ verified, verification }: SessionRecord['user_agent_info']): string {
  if (verified === undefined) return '';
  if (verified) return ' (its address proves it)';
  return verification === 'refuted'
    ? ' (only says so: the address is not its own)'
    : ' (says so; not verified)';
}

function factLines(label: string, text: string, width: number): readonly string[] {
  return fold(printable(text), width, `  ${label.padEnd(LABEL_CELLS)}`);
}

function scoreTable(
  { risk_breakdown: parts }: SessionRecord,
  width: number,
  { faint }: Style,
): readonly string[] {
  return renderTable(
    [
      { title: 'part' },
      { title: 'score', align: 'right' },
      { title: 'weight', align: 'right' },
      { title: 'why', shrinks: true },
    ],
    Object.entries(parts).map(([part, { score, weight, why }]) => [
      part,
      String(Math.round(score)),
      `${Math.round(weight * 100)}%`,
      why,
    ]),
    { width, heading: faint },
  );
}

function sectionLines(
  title: string,
  items: readonly string[],
  width: number,
  { strong, faint }: Style,
): readonly string[] {
  if (items.length === 0) return [];
  const shown = items.slice(0, SHOWN).flatMap((item) => fold(printable(item), width, '  ', '    '));
  const rest = items.length > SHOWN ? [faint(`  ${items.length - SHOWN} more with --json`)] : [];
  return ['', strong(title), ...shown, ...rest];
}

function evidence({ payloads }: SessionRecord): readonly string[] {
  return payloads.map(({ attack_type: type, place, part, text, why, decoded, layers = [] }) => {
    const where = part === '' ? place : `${place} ${part}`;
    const meaning =
      decoded === undefined ? '' : ` = ${layers.join(' in ') || 'decoded'} [${decoded.slice(0, 100)}]`;
    return `${type} in ${where}: ${why}  [${text.slice(0, 100)}]${meaning}`;
  });
}

function advice({ recommendations, recommendation_reasons: reasons }: SessionRecord): readonly string[] {
  return recommendations.map((name) => `${name}: ${reasons[name] ?? ''}`);
}

function requests(record: SessionRecord): readonly string[] {
  return record.requests.map(
    ({ time, method, path, status }) =>
      `${time.slice(11, 19)} ${method} ${path.slice(0, 120)}${status === undefined ? '' : ` -> ${status}`}`,
  );
}
