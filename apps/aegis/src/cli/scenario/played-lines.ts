import type { Address } from '@aegis/model';
import type { LineAlert, LineDrop, PlayedLog } from '../../scenario/play-log.ts';
import { formatCount } from '../frame/format.ts';
import type { Style } from '../frame/style.ts';
import { renderTable } from '../frame/table.ts';
import { wishWords } from './filling-words.ts';
import { countDocuments } from './played-document.ts';

/** Alerts that are shown one by one. */
const SHOWN = 50;
const SHOWN_STEPS = 200;

/** What the rules made of a log: who was caught, when, and what each rule had to look at. */
export function playedLines(
  played: PlayedLog,
  width: number,
  { faint, good, bad }: Style,
): readonly string[] {
  const { format = 'no known format', lines, badLines, events, matchedLines, alerts, moreAlerts } = played;
  const span = played.from === undefined ? '' : `, ${timeText(played.from)} to ${timeText(played.to ?? 0)}`;
  const looked =
    `${formatCount(lines)} lines of ${format}, ${formatCount(events)} events, ` +
    `${formatCount(matchedLines)} lines matched${span}`;
  const unread = badLines > 0 ? [faint(`${formatCount(badLines)} lines could not be read`)] : [];
  const evicted =
    played.evicted > 0 ? [faint(`${formatCount(played.evicted)} buckets had to go for want of room`)] : [];
  if (alerts.length === 0) return [good('nobody was caught'), faint(looked), ...unread, ...evicted];
  const total = alerts.length + moreAlerts;
  const rows = countDocuments(played.counts);
  return [
    ...renderTable(
      [
        { title: 'when' },
        { title: 'line', align: 'right' },
        { title: 'who', mark: (cell) => bad(cell) },
        { title: 'rule' },
        { title: 'then' },
        { title: 'why', shrinks: true },
      ],
      alerts
        .slice(0, SHOWN)
        .map(({ line, alert }) => [
          timeText(alert.at),
          String(line),
          whoText(alert),
          alert.rule.name,
          wishWords(alert.rule.propose),
          alert.why,
        ]),
      { width, heading: faint },
    ),
    ...(total > SHOWN ? [faint(`and ${formatCount(total - SHOWN)} more alerts (all with --json)`)] : []),
    '',
    ...renderTable(
      [{ title: 'rule' }, { title: 'matched', align: 'right' }, { title: 'fired', align: 'right' }],
      rows.map(({ name, matched, fired }) => [name, formatCount(matched), formatCount(fired)]),
      { width, heading: faint },
    ),
    '',
    faint(looked),
    ...unread,
    ...evicted,
  ];
}

/** What one address did, line by line, and what each line did to the buckets. */
export function explainLines(
  who: Address,
  steps: readonly LineDrop[],
  alerts: readonly LineAlert[],
  width: number,
  { faint, good, bad }: Style,
): readonly string[] {
  if (steps.length === 0) return [good(`no rule is about anything that ${who} did`)];
  const fired = alerts.filter(({ alert }) => alert.clients.includes(who));
  return [
    ...renderTable(
      [
        { title: 'line', align: 'right' },
        { title: 'when' },
        { title: 'rule' },
        { title: 'level', align: 'right' },
        { title: 'outcome', mark: (cell) => (cell.startsWith('overflowed') ? bad(cell) : cell) },
      ],
      steps
        .slice(0, SHOWN_STEPS)
        .map(({ line, event, rule, level, outcome }) => [
          String(line),
          timeText(event.at),
          rule.name,
          levelText(level, rule.filling),
          outcome.replaceAll('_', ' '),
        ]),
      { width, heading: faint },
    ),
    ...(steps.length > SHOWN_STEPS ? [faint(`and ${formatCount(steps.length - SHOWN_STEPS)} more`)] : []),
    '',
    ...(fired.length === 0
      ? [good(`${who} was not caught`)]
      : fired.map(({ line, alert }) => `${bad('caught')} line ${line}, ${alert.rule.name}: ${alert.why}`)),
  ];
}

function levelText(level: number, filling: LineDrop['rule']['filling']): string {
  if (filling.type === 'sequence') return `step ${level} of ${filling.steps.length}`;
  return 'capacity' in filling ? `${level.toFixed(1)} of ${filling.capacity}` : '';
}

function whoText({ clients, source }: LineAlert['alert']): string {
  const [first, ...others] = clients;
  if (first === undefined) return source.map(({ value }) => value).join(' ');
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

function timeText(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').slice(0, 19);
}
