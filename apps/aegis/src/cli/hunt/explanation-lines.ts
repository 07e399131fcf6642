import type { Unconfirmed } from '@aegis/hunt';
import type { CandidateDocument } from '../../http/documents/candidate-document.ts';
import { fold } from '../fold.ts';
import { formatCount, formatTime } from '../frame/format.ts';
import { printable } from '../frame/printable.ts';
import type { Style } from '../frame/style.ts';
import { renderTable } from '../frame/table.ts';
import { serverText } from './hunt-lines.ts';
import { sparkline } from './sparkline.ts';

const BOTS = 10;
const SPARK_CELLS = 30;

const WHY_NOT: Readonly<Record<Unconfirmed, string>> = {
  allowed: 'it is on the allow list',
  popular: 'too many use it: blocking it on this evidence could be what somebody wants',
  score: 'its score is below 80',
  confidence: 'too little was seen of it (confidence below 60)',
  witness: 'only one sensor says so',
};

/** Everything for and against one candidate. */
export function explanationLines(
  candidate: CandidateDocument,
  width: number,
  { strong, faint, bad, good }: Style,
): readonly string[] {
  const {
    cc_score: score,
    confidence,
    name,
    protocol,
    bots,
    bot_count: botCount,
    unconfirmed: why,
  } = candidate;
  const verdict =
    why === undefined ? 'confirmed: it would be proposed to be banned' : `not confirmed: ${WHY_NOT[why]}`;
  const known = name === undefined ? '' : `, ${printable(name)}`;
  const rows = bots
    .slice(0, BOTS)
    .map((bot) => [
      bot.address,
      String(bot.suspicion),
      formatCount(bot.flows),
      sparkline(bot.gaps_seconds ?? [], SPARK_CELLS),
    ]);
  const columns = [
    { title: 'client' },
    { title: 'suspicion', align: 'right' },
    { title: 'flows', align: 'right' },
    { title: 'gaps, latest last' },
  ] as const;
  const more = botCount > BOTS ? [faint(`and ${formatCount(botCount - BOTS)} more`)] : [];
  return [
    `${strong(serverText(candidate))} ${protocol}${known}`,
    `score ${score}, confidence ${confidence}`,
    ...fold(verdict, width),
    faint(
      `seen ${formatTime(Date.parse(candidate.first_seen))} to ${formatTime(Date.parse(candidate.last_seen))}`,
    ),
    '',
    ...candidate.reasons.flatMap(({ weight, why: words }) => {
      const sign = `${weight < 0 ? '-' : '+'}${Math.abs(weight).toFixed(1)}`.padStart(6);
      const [first = '', ...rest] = fold(printable(words), width - 8);
      return [`${weight < 0 ? good(sign) : bad(sign)}  ${first}`, ...rest.map((line) => `        ${line}`)];
    }),
    '',
    ...renderTable(columns, rows, { width, heading: faint }),
    ...more,
  ];
}
