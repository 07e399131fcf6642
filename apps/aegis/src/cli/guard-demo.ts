import { type SiegeReport, siege } from '@aegis/example-chat';
import { secureRandom } from '../node/secure-random.ts';
import type { CommandContext } from './frame/command-context.ts';
import { CommandError, EXIT_CODES } from './frame/exit-codes.ts';
import { formatCount } from './frame/format.ts';
import { outputFor } from './frame/output.ts';
import { ProgressBar } from './frame/progress-bar.ts';
import type { Style } from './frame/style.ts';
import { renderTable } from './frame/table.ts';

const SECONDS = 25;

/** `aegis demo guard`: a chat server over real WebSockets on loopback, honest members and abusers behind one address. */
export async function guardDemo(
  context: CommandContext,
  options: { readonly json?: boolean; readonly seconds?: number },
): Promise<void> {
  const { clock, terminal, signal } = context;
  const output = outputFor(terminal, options);
  output.note(
    'a chat server; 200 honest members, a spammer, a flooder, a slow-burn abuser and a token guesser,',
  );
  output.note('all behind one address, over WebSockets on loopback');
  const bar = new ProgressBar({
    stream: terminal.stderr,
    clock,
    label: 'under siege',
    unit: 'calls',
  });
  const report = await siege({
    clock,
    random: secureRandom,
    forMs: (options.seconds ?? SECONDS) * 1000,
    signal,
    onProgress: ({ calls }) => bar.update(calls),
  });
  bar.finish();
  if (signal.aborted)
    throw new CommandError(EXIT_CODES.interrupted, 'interrupted', 'interrupted before the siege ended');
  output.answer({ ...report, goal: { refusedPercent: 0 } }, (style) => lines(report, output.width, style));
  const astray = report.abusers.filter(({ state, belongs }) => !belongs.includes(state));
  if (report.honest.refusedPercent > 0 || astray.length > 0) context.exit(EXIT_CODES.failed);
}

function lines({ honest, abusers, address }: SiegeReport, width: number, style: Style): readonly string[] {
  const { good, bad, strong, faint } = style;
  const share = `${honest.refusedPercent.toFixed(honest.refusedPercent === 0 ? 0 : 3)} % refused`;
  const rows = abusers.map(({ name, does, asked, refused, way, trust }) => [
    name.replace('abuser-', ''),
    does,
    formatCount(asked),
    formatCount(refused),
    way.join(' > '),
    String(trust),
  ]);
  return [
    '',
    `${strong(`${honest.users} honest members`)}  ${formatCount(honest.calls)} calls, ${formatCount(honest.messagesHeard)} messages heard, ${honest.refusedPercent === 0 ? good(share) : bad(share)}`,
    `${strong('their address')}        ${address.banned ? bad('banned') : good('not banned')}, in spite of ${address.guesses} wrong tokens from it`,
    `${strong('abuse that came through')}  ${formatCount(honest.heardFromAbusers)} of ${formatCount(honest.messagesHeard)} messages heard`,
    '',
    ...renderTable(
      [
        { title: 'abuser' },
        { title: 'what it does', shrinks: true },
        { title: 'asked', align: 'right' },
        { title: 'refused', align: 'right' },
        { title: 'way' },
        { title: 'trust', align: 'right' },
      ],
      rows,
      { width, heading: faint },
    ),
  ];
}
