import { THREAT_LEVELS, type ThreatLevel } from '@aegis/model';
import type { SessionStats } from '@aegis/ports';
import type { SeriesDocument } from '../http/documents/stats-document.ts';
import { formatCount } from './frame/format.ts';
import type { Style } from './frame/style.ts';
import { renderTable } from './frame/table.ts';
import { pairedRankings, type Ranking } from './paired-rankings.ts';
import type { AskedRange } from './stats.ts';

export interface StatsPage {
  readonly range: AskedRange;
  readonly stats: SessionStats;
  readonly series: SeriesDocument | undefined;
}

const SHOWN = 6;
const LABEL_CELLS = 9;
const COUNT_CELLS = 8;
const GAP = 2;
const SPARKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Statistics on one page of a terminal. */
export function statsLines(
  { range, stats, series }: StatsPage,
  width: number,
  style: Style,
): readonly string[] {
  const { strong, faint } = style;
  const { sessions, requests } = stats;
  const title = `${strong(`${formatCount(sessions)} sessions, ${formatCount(requests)} requests`)}  ${faint(rangeText(range))}`;
  if (sessions === 0) return [title];
  return [
    title,
    '',
    ...levelLines(stats.by_level, width, style),
    ...course(series, width, style),
    '',
    ...pair(['What they tried', stats.by_attack_type], ['With what', stats.by_tool], width, style),
    '',
    ...pair(['ATT&CK', stats.by_technique], ['Who it was, most likely', stats.by_owner], width, style),
    ...geography(stats, width, style),
    '',
    strong('Busiest sources'),
    ...sources(stats, width, style),
  ];
}

function rangeText({ from, to }: AskedRange): string {
  const short = (time: string): string => time.slice(0, 16).replace('T', ' ');
  if (from === undefined) return to === undefined ? 'all there is' : `before ${short(to)}`;
  return to === undefined ? `since ${short(from)}` : `${short(from)} to ${short(to)} UTC`;
}

function levelLines(
  byLevel: Readonly<Record<ThreatLevel, number>>,
  width: number,
  { bad, warn, accent, faint }: Style,
): readonly string[] {
  const marks = { CRITICAL: bad, HIGH: bad, MEDIUM: warn, LOW: accent, INFO: faint } as const;
  const most = Math.max(1, ...Object.values(byLevel));
  const room = Math.max(10, width - LABEL_CELLS - COUNT_CELLS - 3 * GAP);
  return THREAT_LEVELS.map((level) => {
    const count = byLevel[level];
    const bar = '█'.repeat(count === 0 ? 0 : Math.max(1, Math.round((count / most) * room)));
    return `  ${level.padEnd(LABEL_CELLS)}${formatCount(count).padStart(COUNT_CELLS)}  ${marks[level](bar)}`.trimEnd();
  });
}

/** A sparkline; neighbours are added up where there are more steps than cells. */
function course(
  series: SeriesDocument | undefined,
  width: number,
  { strong, accent, faint }: Style,
): readonly string[] {
  const steps = series?.steps ?? [];
  const [first, last] = [steps[0], steps.at(-1)];
  if (series === undefined || first === undefined || last === undefined || steps.length < 2) return [];
  const together = Math.ceil(steps.length / Math.max(1, width - 2 * GAP));
  const counts = Array.from({ length: Math.ceil(steps.length / together) }, (_, i) =>
    steps.slice(i * together, (i + 1) * together).reduce((sum, { sessions }) => sum + sessions, 0),
  );
  const most = Math.max(1, ...counts);
  const spark = (count: number): string =>
    count === 0 ? ' ' : (SPARKS[Math.ceil((count / most) * SPARKS.length) - 1] ?? ' ');
  const shown = series.step === 'hour' ? 16 : 10;
  const time = (start: string): string => start.slice(0, shown).replace('T', ' ');
  const each =
    together === 1 ? (series.step === 'hour' ? 'an hour' : 'a day') : `${together} ${series.step}s`;
  return [
    '',
    `${strong('When')}  ${faint(`${time(first.start)} to ${time(last.start)}, ${each} a mark, at most ${formatCount(most)}`)}`,
    `  ${accent(counts.map(spark).join(''))}`.trimEnd(),
  ];
}

/** Two rankings side by side. */
const pair = (left: Ranking, right: Ranking, width: number, style: Style): readonly string[] =>
  pairedRankings(left, right, { width, shown: SHOWN, style });

function geography({ by_country, by_network }: SessionStats, width: number, style: Style): readonly string[] {
  if (Object.keys(by_country).length + Object.keys(by_network).length === 0) return [];
  return ['', ...pair(['Countries', by_country], ['Networks', by_network], width, style)];
}

function sources({ top_sources: top }: SessionStats, width: number, { faint }: Style): readonly string[] {
  return renderTable(
    [{ title: '  source' }, { title: 'sessions', align: 'right' }, { title: 'highest risk', align: 'right' }],
    top
      .slice(0, SHOWN)
      .map(({ peer_ip: address, sessions, max_risk: risk }) => [
        `  ${address}`,
        formatCount(sessions),
        String(Math.round(risk)),
      ]),
    { width, heading: faint },
  );
}
