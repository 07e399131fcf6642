import type { SimulationReport, StrategyEffect, Transition } from '@aegis/decide';
import { OUTCOMES } from '@aegis/model';
import { fold } from '../fold.ts';
import { formatCount, formatTime } from '../frame/format.ts';
import { printable } from '../frame/printable.ts';
import type { Style } from '../frame/style.ts';
import { renderTable } from '../frame/table.ts';

/** What a simulation found, as `--json` tells it. */
export interface SimulationAnswer {
  /** Of the policy in force. */
  readonly version: number;
  readonly decisions: 'then' | 'now';
  readonly decisions_replayed: number;
  /** False where it was interrupted. */
  readonly complete: boolean;
  /** Of sessions of which a sample is kept. */
  readonly requests_not_kept: number;
  readonly bad_lines: number;
  /** Parts of the policy that differ and only show in decisions to come. */
  readonly only_later: readonly string[];
  readonly report: SimulationReport;
}

/** Clients that are shown; `--json` has more. */
const SHOWN = 10;

/** The finding first, then whose verdicts change and why, then how each strategy fared. */
export function simulationLines(answer: SimulationAnswer, width: number, style: Style): readonly string[] {
  const { report } = answer;
  return [
    ...headlines(answer, style),
    ...(report.requests === 0 ? [] : ['', ...outcomeLines(report, width, style)]),
    ...(report.told.length === 0 ? [] : ['', ...clientLines(report, width, style)]),
    '',
    ...strategyLines(report.strategies, width, style),
    ...noteLines(answer, width, style),
  ];
}

function headlines(
  { version, decisions, decisions_replayed: replayed, complete, report }: SimulationAnswer,
  { strong, warn, good }: Style,
): readonly string[] {
  const { requests, changed, clients, changedClients, first, last } = report;
  const span =
    first === undefined || last === undefined ? '' : `, ${formatTime(first)} to ${formatTime(last)}`;
  const which = decisions === 'then' ? 'as they stood then' : 'as they stand now';
  const change =
    changed === 0
      ? good('no verdict would change')
      : warn(
          `${formatCount(changed)} verdicts of ${countText(changedClients)} clients would change (${percent(changed, requests)})`,
        );
  return [
    `${strong(`${formatCount(requests)} requests of ${countText(clients)} clients`)}${span}${complete ? '' : warn('  interrupted')}`,
    `compared with version ${version}; ${formatCount(replayed)} decisions ${which}`,
    change,
  ];
}

function countText({ count, exact }: { readonly count: number; readonly exact: boolean }): string {
  return exact ? formatCount(count) : `at least ${formatCount(count)}`;
}

function percent(part: number, whole: number): string {
  const share = (100 * part) / whole;
  return share < 0.1 ? 'less than 0.1%' : `${share < 10 ? share.toFixed(1) : Math.round(share)}%`;
}

function outcomeLines({ outcomes }: SimulationReport, width: number, { faint }: Style): readonly string[] {
  const seen = OUTCOMES.filter(
    (outcome) => (outcomes.before[outcome] ?? 0) + (outcomes.after[outcome] ?? 0) > 0,
  );
  const rows = seen.map((outcome) => {
    const [before, after] = [outcomes.before[outcome] ?? 0, outcomes.after[outcome] ?? 0];
    const difference = after - before;
    return [
      outcome,
      formatCount(before),
      formatCount(after),
      difference === 0 ? '' : `${difference > 0 ? '+' : ''}${formatCount(difference)}`,
    ];
  });
  return renderTable(
    [
      { title: 'verdict' },
      { title: 'in force', align: 'right' },
      { title: 'proposed', align: 'right' },
      { title: '', align: 'right' },
    ],
    rows,
    { width, heading: faint },
  );
}

function clientLines(
  { told, changedClients }: SimulationReport,
  width: number,
  style: Style,
): readonly string[] {
  const { strong, faint } = style;
  const lines = told
    .slice(0, SHOWN)
    .flatMap(({ address, requests, transitions, example }) => [
      `${strong(printable(address))}  ${formatCount(requests)} requests: ${transitions.map(transitionText).join(', ')}`,
      ...fold(printable(`in force: ${example.before.why}`), width, '  ', '    ').map(faint),
      ...fold(printable(`proposed: ${example.after.why}`), width, '  ', '    ').map(faint),
    ]);
  const more = changedClients.count - Math.min(SHOWN, told.length);
  return more > 0 ? [...lines, faint(`${formatCount(more)} more clients; --json tells up to 10,000`)] : lines;
}

function transitionText({ from, to, requests }: Transition): string {
  return `${from} -> ${to} (${formatCount(requests)})`;
}

function strategyLines(
  strategies: readonly StrategyEffect[],
  width: number,
  { faint }: Style,
): readonly string[] {
  const number = (value: number | undefined): string => (value === undefined ? '' : formatCount(value));
  return renderTable(
    [
      { title: 'strategy', shrinks: true },
      { title: 'in force' },
      { title: 'matched', align: 'right' },
      { title: 'decided', align: 'right' },
      { title: 'proposed' },
      { title: 'matched', align: 'right' },
      { title: 'decided', align: 'right' },
    ],
    strategies.map(({ strategy, before, after }) => [
      strategy,
      before?.mode ?? '-',
      number(before?.matched),
      number(before?.decided),
      after?.mode ?? '-',
      number(after?.matched),
      number(after?.decided),
    ]),
    { width, heading: faint },
  );
}

function noteLines(answer: SimulationAnswer, width: number, { warn }: Style): readonly string[] {
  const { requests_not_kept: notKept, bad_lines: badLines, only_later: onlyLater, report } = answer;
  const notes = [
    ...(notKept > 0
      ? [`${formatCount(notKept)} more requests of these sessions are not kept one by one and not replayed`]
      : []),
    ...(badLines > 0 ? [`${formatCount(badLines)} lines could not be read`] : []),
    ...(report.late > 0
      ? [`${formatCount(report.late)} requests came late: decisions made after them may have counted`]
      : []),
    ...(onlyLater.length > 0
      ? [`${onlyLater.join(' and ')} differ too: that shows in decisions to come, not in those replayed`]
      : []),
  ];
  return notes.flatMap((note) => fold(note, width, 'note  ')).map(warn);
}
