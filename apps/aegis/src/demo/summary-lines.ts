import { THREAT_LEVELS, type ThreatLevel } from '@aegis/model';
import { formatCount } from '../cli/frame/format.ts';
import type { Style } from '../cli/frame/style.ts';
import { renderTable } from '../cli/frame/table.ts';
import type { StandingDocument } from '../http/documents/decision-document.ts';
import type { Findings } from './findings.ts';
import type { Recording } from './recording.ts';

const BAR_CELLS = 30;
const SHOWN = 8;

/** What happened, for a person who has just seen the bar reach its end. */
export function summaryLines(
  findings: Findings,
  recording: Recording,
  width: number,
  style: Style,
): readonly string[] {
  const { stats, decisions } = findings;
  const { strong } = style;
  return [
    '',
    strong(`${formatCount(stats.sessions)} sessions, ${formatCount(stats.requests)} requests`),
    '',
    strong('How bad'),
    ...levelLines(stats.by_level, style),
    '',
    ...sideBySide(
      ['What they tried', ...ranking(stats.by_attack_type)],
      ['With what', ...ranking(stats.by_tool)],
      ['ATT&CK', ...ranking(stats.by_technique)],
      style,
    ),
    '',
    strong('Worst sources, and what was decided'),
    ...worstLines(findings, width, style),
    '',
    strong(`${formatCount(decisions.length)} decisions in force`),
    ...decisionKinds(decisions),
    '',
    strong('The check endpoint, asked about every client of the recording'),
    ...verificationLines(findings, recording, style),
  ];
}

function levelLines(
  byLevel: Readonly<Record<ThreatLevel, number>>,
  { bad, warn, accent, faint }: Style,
): readonly string[] {
  const most = Math.max(1, ...Object.values(byLevel));
  const marks: Readonly<Record<ThreatLevel, (text: string) => string>> = {
    CRITICAL: bad,
    HIGH: bad,
    MEDIUM: warn,
    LOW: accent,
    INFO: faint,
  };
  return THREAT_LEVELS.map((level) => {
    const count = byLevel[level];
    const line = `  ${level.padEnd(9)} ${formatCount(count).padStart(6)}`;
    const cells = Math.max(1, Math.round((count / most) * BAR_CELLS));
    return count === 0 ? line : `${line}  ${marks[level]('█'.repeat(cells))}`;
  });
}

function ranking(counts: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN)
    .map(([name, count]) => `${formatCount(count).padStart(6)}  ${name}`);
}

/** Three columns with a title each. */
function sideBySide(
  ...[left, middle, right, { strong }]: [readonly string[], readonly string[], readonly string[], Style]
): readonly string[] {
  const columns = [left, middle, right];
  const cells = columns.map((column) => Math.max(...column.map((line) => line.length)) + 4);
  const rows = Math.max(...columns.map((column) => column.length));
  return Array.from({ length: rows }, (_, row) =>
    columns
      .map((column, index) => {
        const cell = (column[row] ?? '').padEnd(cells[index] ?? 0);
        return row === 0 ? strong(cell) : cell;
      })
      .join('')
      .trimEnd(),
  );
}

function worstLines({ stats, decisions }: Findings, width: number, { faint }: Style): readonly string[] {
  const byValue = new Map(decisions.map(({ decision }) => [decision.value, decision]));
  const worst = stats.top_sources
    .toSorted((a, b) => b.max_risk - a.max_risk || b.sessions - a.sessions)
    .slice(0, SHOWN);
  return renderTable(
    [
      { title: '  source' },
      { title: 'sessions', align: 'right' },
      { title: 'risk', align: 'right' },
      { title: 'decision' },
      { title: 'because', shrinks: true },
    ],
    worst.map(({ peer_ip: address, sessions, max_risk: risk }) => {
      const decision = byValue.get(address);
      return [
        `  ${address}`,
        String(sessions),
        String(risk),
        decision?.action ?? 'none',
        decision?.reason ?? '',
      ];
    }),
    { width: Math.min(width, 140), heading: faint },
  );
}

function decisionKinds(decisions: readonly StandingDocument[]): readonly string[] {
  const kinds = Map.groupBy(decisions, ({ decision: { action, source } }) => `${action} by ${source}`);
  return [...kinds]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([kind, all]) => `${formatCount(all.length).padStart(6)}  ${kind}`);
}

function verificationLines(
  { verification }: Findings,
  { clients }: Recording,
  { good, bad, faint }: Style,
): readonly string[] {
  const { refused, tolerated, passing, wronged } = verification;
  const ordinary = passing.length + wronged.length;
  const mark = wronged.length === 0 ? good('✓') : bad('✗');
  return [
    `  ${good('✓')} ${formatCount(refused.length)} of ${formatCount(refused.length + tolerated.length)} attackers are refused${
      tolerated.length === 0 ? '' : faint(`; ${formatCount(tolerated.length)} did too little to be sure of`)
    }`,
    `  ${mark} ${formatCount(passing.length)} of ${formatCount(ordinary)} ordinary clients pass`,
    ...wronged.map(
      (address) => `    ${bad('wrongly refused')} ${address} (${clients[address]?.tools.join(', ') ?? ''})`,
    ),
  ];
}
