import type { CandidateDocument } from '../../http/documents/candidate-document.ts';
import type { WishReport } from '../../http/documents/decision-wish-document.ts';
import { formatCount, formatDuration } from '../frame/format.ts';
import type { Style } from '../frame/style.ts';
import { type Column, renderTable } from '../frame/table.ts';
import { sparkline } from './sparkline.ts';

interface Summary {
  readonly flows: number;
  readonly pairs: number;
  readonly clients: number;
  readonly proposed?: WishReport;
}

const SPARK_CELLS = 12;
/** As in the hunt's own judgement of popularity. */
const FEWEST_CLIENTS = 10;

/** The candidates as a table, the most suspicious first, each with why below it, and what was looked at. */
export function huntLines(
  candidates: readonly CandidateDocument[],
  { flows, pairs, clients, proposed }: Summary,
  width: number,
  { faint, bad, warn, good }: Style,
): readonly string[] {
  const looked = `${formatCount(flows)} flows, ${formatCount(pairs)} pairs, ${formatCount(clients)} clients`;
  if (candidates.length === 0) return [good('nothing suspicious'), faint(looked)];
  const confirmed = candidates.map((candidate) => candidate.confirmed);
  const columns: readonly Column[] = [
    {
      title: 'score',
      align: 'right',
      mark: (cell, row) => (confirmed[row] === true ? bad(cell) : warn(cell)),
    },
    { title: 'conf', align: 'right' },
    { title: 'server' },
    { title: 'bots', align: 'right' },
    { title: 'heartbeat', align: 'right' },
    { title: 'gaps' },
  ];
  const rows = candidates.map((candidate) => [
    String(candidate.cc_score),
    String(candidate.confidence),
    serverText(candidate),
    formatCount(candidate.bot_count),
    candidate.heartbeat_seconds === undefined ? '-' : formatDuration(candidate.heartbeat_seconds * 1_000),
    sparkline(candidate.bots[0]?.gaps_seconds ?? [], SPARK_CELLS),
  ]);
  const [heading = '', ...lines] = renderTable(columns, rows, { width, heading: faint });
  const why = (index: number): string => {
    const [first] = (candidates[index]?.reasons ?? []).filter(({ weight }) => weight > 0);
    const text = `       ${first?.why ?? ''}`;
    return faint(text.length > width ? `${text.slice(0, width - 1)}…` : text);
  };
  const sure = confirmed.filter(Boolean).length;
  return [
    heading,
    ...lines.flatMap((line, index) => [line, why(index)]),
    '',
    ...(clients < FEWEST_CLIENTS
      ? [faint('too few clients here to tell what is rare from what all use')]
      : []),
    `${formatCount(sure)} confirmed of ${formatCount(candidates.length)}; ${looked}`,
    ...(proposed === undefined
      ? []
      : [`${formatCount(proposed.added)} banned, ${formatCount(proposed.refused)} refused`]),
  ];
}

/** `203.0.113.7:443`, `[2001:db8::1]:443`. */
export function serverText({ address, port }: Pick<CandidateDocument, 'address' | 'port'>): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
