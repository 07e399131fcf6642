import { truncate } from '../frame/display-width.ts';
import { formatCount, formatDuration, formatRate } from '../frame/format.ts';
import { printable } from '../frame/printable.ts';
import type { Style } from '../frame/style.ts';
import { renderTable } from '../frame/table.ts';
import { pairedRankings } from '../paired-rankings.ts';
import type { TopFigures } from './top-figures.ts';

/** What sources are ordered by. */
export const SORTS = ['sessions', 'risk', 'address'] as const;
export type Sort = (typeof SORTS)[number];

export interface TopScene {
  readonly width: number;
  readonly style: Style;
  readonly sort: Sort;
}

const RANKED = 5;
const SOURCES = 6;
const LISTED = 6;
/** The order in which verdicts are named; those that were not given are left out. */
const VERDICTS = ['block', 'shadow', 'challenge', 'throttle', 'observe', 'allow', 'none'] as const;

/** One page of what goes on in a node. */
export function topLines(figures: TopFigures, { width, style, sort }: TopScene): readonly string[] {
  const { node, decisions, troubles } = figures;
  const { strong, faint, bad } = style;
  const up = formatDuration(node.uptime_seconds * 1_000);
  const cut = (line: string): string => truncate(line, width);
  return [
    strong(cut(`${node.id} in ${node.region}, aegis ${node.version}, up ${up}`)),
    ...Object.entries(troubles).map(([name, why]) => bad(cut(printable(`${name}: ${why}`)))),
    cut(`checks     ${checksText(figures.checks)}`),
    cut(
      `sessions   ${formatRate(figures.sessions.accepted_per_second)}/s in, ${formatRate(figures.sessions.analysed_per_second)}/s analysed; ${backlogText(node.backlog)}`,
    ),
    cut(
      `decisions  ${formatCount(decisions.in_force)} in force, ${formatRate(decisions.made_per_second)}/s made; ${lagText(decisions)}`,
    ),
    '',
    ...pairedRankings(['decisions by origin', decisions.by_origin], ['by scope', decisions.by_scope], {
      ...{ width, shown: RANKED, style },
    }),
    '',
    ...pairedRankings(
      ['techniques, last hour', figures.top_techniques],
      [
        'feeds',
        Object.fromEntries(
          figures.feeds.map(({ name, state, indicators }) => [`${name} ${state}`, indicators]),
        ),
      ],
      { width, shown: RANKED, style },
    ),
    '',
    strong(`sources, last hour, by ${sort}`),
    ...sources(figures, sort, width, faint),
    ...nodes(figures, width, style),
  ];
}

function checksText({ per_second, by_verdict, p99_seconds }: TopFigures['checks']): string {
  const share = (count: number): string => `${Math.round((100 * count) / per_second)}%`;
  const verdicts = VERDICTS.flatMap((verdict) => {
    const count = by_verdict[verdict] ?? 0;
    return count > 0 ? [`${verdict} ${share(count)}`] : [];
  });
  const p99 = p99_seconds === undefined ? [] : [`p99 ${secondsText(p99_seconds)}`];
  return [`${formatRate(per_second)}/s`, ...verdicts, ...p99].join('  ');
}

function backlogText({ waiting, pending, buried }: TopFigures['node']['backlog']): string {
  return `${formatCount(waiting)} waiting, ${formatCount(pending)} in work, ${formatCount(buried)} dead`;
}

function lagText({ enforcement_p99_seconds: here, mesh_p99_seconds: away }: TopFigures['decisions']): string {
  const enforced = here === undefined ? 'none enforced yet' : `enforced ${secondsText(here)}`;
  return away === undefined ? enforced : `${enforced}, mesh ${secondsText(away)}`;
}

/** The bound of a bucket: at most so long. */
function secondsText(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'more than can be told';
  if (seconds < 0.001) return `≤ ${formatRate(seconds * 1e6)} µs`;
  return `≤ ${formatDuration(seconds * 1_000)}`;
}

function sources(
  { top_sources: top }: TopFigures,
  sort: Sort,
  width: number,
  faint: (line: string) => string,
): readonly string[] {
  if (top.length === 0) return ['  none'];
  const order: Readonly<Record<Sort, (a: (typeof top)[number], b: (typeof top)[number]) => number>> = {
    sessions: (a, b) => b.sessions - a.sessions,
    risk: (a, b) => b.max_risk - a.max_risk,
    address: (a, b) => (a.peer_ip < b.peer_ip ? -1 : 1),
  };
  return renderTable(
    [{ title: '  source' }, { title: 'sessions', align: 'right' }, { title: 'highest risk', align: 'right' }],
    top
      .toSorted(order[sort])
      .slice(0, SOURCES)
      .map(({ peer_ip, sessions, max_risk }) => [
        `  ${peer_ip}`,
        formatCount(sessions),
        String(Math.round(max_risk)),
      ]),
    { width, heading: faint },
  );
}

function nodes({ mesh_nodes: mesh }: TopFigures, width: number, style: Style): readonly string[] {
  if (mesh.length === 0) return [];
  const marks = { online: style.good, degraded: style.warn, offline: style.bad };
  // Those that need a look first.
  const rank = { offline: 0, degraded: 1, online: 2 };
  const shown = mesh.toSorted((a, b) => rank[a.state] - rank[b.state]).slice(0, LISTED);
  const table = renderTable(
    [
      { title: '  node' },
      { title: 'region' },
      { title: 'state', mark: (cell, row) => marks[shown[row]?.state ?? 'offline'](cell) },
      { title: 'decisions', align: 'right' },
      { title: 'weight', align: 'right' },
    ],
    shown.map(({ id, region, state, decisions, weight }) => [
      `  ${id}`,
      region,
      state,
      formatCount(decisions),
      weight.toFixed(2),
    ]),
    { width, heading: style.faint },
  );
  const more = mesh.length - shown.length;
  return ['', style.strong('mesh'), ...table, ...(more > 0 ? [`  ${more} more with aegis mesh nodes`] : [])];
}
