import { Address } from '@aegis/model';
import { Command } from 'commander';
import type { ExplanationDocument } from '../http/documents/explanation-document.ts';
import type { PlaceDocument } from '../http/documents/place-document.ts';
import type { VerdictDocument } from '../http/documents/verdict-document.ts';
import { type ConnectOptions, connect, withConnection } from './connect.ts';
import { fold } from './fold.ts';
import type { CommandContext } from './frame/command-context.ts';
import { CommandError, EXIT_CODES } from './frame/exit-codes.ts';
import { formatTime } from './frame/format.ts';
import { outputFor } from './frame/output.ts';
import { printable } from './frame/printable.ts';
import type { Style } from './frame/style.ts';
import { renderTable } from './frame/table.ts';
import { isRefusal } from './is-refusal.ts';

interface CheckOptions extends ConnectOptions {
  readonly explain?: boolean;
}

/** `aegis check`: what the node would answer a proxy that asks about this address. */
export function checkCommand(context: CommandContext): Command {
  return withConnection(new Command('check'))
    .description('ask what would be done with a client; exit code 3 when it is refused')
    .argument('<address>', 'IPv4 or IPv6 address')
    .option('--explain', 'every decision that had a part in it, and why it won or lost')
    .addHelpText(
      'after',
      `
Examples:
  aegis check 192.0.2.1
  aegis check 2001:db8::1 --explain
  aegis check 192.0.2.1 --json | jq -r .outcome`,
    )
    .action(async (asking: string, options: CheckOptions) => {
      const address = addressOf(asking);
      const client = connect(context, options);
      const output = outputFor(context.terminal, options);
      // Only people are told: the answer for programs is the verdict alone.
      const place = async (): Promise<PlaceDocument> =>
        options.json === true ? {} : await client.locate(address);
      const asked =
        options.explain === true
          ? await client.explain({ address })
          : { verdict: await client.check({ address }), client: await place() };
      const { verdict } = asked;
      output.answer(options.explain === true ? asked : verdict, (style) => [
        ...verdictLines(address, verdict, output.width, style),
        ...placeLines(asked.client, output.width, style),
        ...('candidates' in asked ? candidateLines(asked, output.width, style) : []),
      ]);
      if (isRefusal(verdict)) context.exit(EXIT_CODES.refused);
    });
}

function addressOf(text: string): Address {
  const parsed = Address.parse(text);
  if (parsed.ok) return parsed.value;
  throw new CommandError(EXIT_CODES.usage, 'bad_address', parsed.error.message);
}

/** On one line where there is room, else the reason below. */
function verdictLines(
  address: string,
  verdict: VerdictDocument,
  width: number,
  { strong, good, bad, warn }: Style,
): readonly string[] {
  const { outcome, reason, expires } = verdict;
  const mark = outcome === 'block' ? bad : isRefusal(verdict) ? warn : good;
  const word = outcome === 'none' ? 'no opinion' : outcome;
  const head = `${strong(address)}  ${mark(word)}`;
  const until = expires === undefined ? '' : `, until ${formatTime(Date.parse(expires))}`;
  const why = printable(`${reason}${until}`);
  const fits = address.length + word.length + why.length + 4 <= width;
  return fits ? [`${head}  ${why}`] : [head, ...fold(why, width, '  ')];
}

/** Where the client is, when that is known: `in DE (EU), announced by AS64496 Example Net`. */
function placeLines(place: PlaceDocument, width: number, { faint }: Style): readonly string[] {
  const { country, continent, as, as_name: asName = '', stale } = place;
  const where = country ?? continent;
  const around = country === undefined || continent === undefined ? '' : ` (${continent})`;
  const words = [
    where === undefined ? '' : `in ${where}${around}`,
    as === undefined ? '' : `announced by AS${as} ${asName}`.trimEnd(),
  ].filter((part) => part !== '');
  if (words.length === 0) return [];
  const line = `${words.join(', ')}${stale === true ? ' (old routes)' : ''}`;
  return fold(printable(line), width, '  ').map(faint);
}

function candidateLines(
  { candidates }: ExplanationDocument,
  width: number,
  { faint }: Style,
): readonly string[] {
  if (candidates.length === 0) return ['', faint('no decision in force is about this client')];
  return [
    '',
    ...renderTable(
      [
        { title: 'result' },
        { title: 'action' },
        { title: 'on' },
        { title: 'strategy' },
        { title: 'score', align: 'right' },
        { title: 'why', shrinks: true },
      ],
      candidates.map(({ result, decision, strategy, score, why }) => [
        result,
        decision.action,
        `${decision.scope} ${decision.value}`,
        strategy,
        score === null ? 'exempt' : score.toFixed(3),
        why,
      ]),
      { width, heading: faint },
    ),
  ];
}
