import { parseDuration } from '@aegis/model';
import { Command } from 'commander';
import { ApiError } from '../client/api-error.ts';
import type { ApiClient } from '../client/index.ts';
import { pause } from '../pipeline/backoff.ts';
import { type ConnectOptions, connect, withConnection } from './connect.ts';
import type { CommandContext } from './frame/command-context.ts';
import { CommandError, EXIT_CODES } from './frame/exit-codes.ts';
import { outputFor } from './frame/output.ts';
import { LiveScreen } from './top/live-screen.ts';
import { figuresOf, type TopSample, takeSample } from './top/top-figures.ts';
import { topLines } from './top/top-lines.ts';

interface TopOptions extends ConnectOptions {
  readonly once?: boolean;
  readonly every: string;
}

/** Between the two looks of one snapshot. */
const ONCE_MS = 1_000;
const SHORTEST_MS = 500;
const LONGEST_MS = 3_600_000;
/** Cells a line: more say no more. */
const WIDEST = 110;

/** `aegis top`. */
export function topCommand(context: CommandContext): Command {
  return withConnection(new Command('top'))
    .description('what goes on in a node, live: verdicts, decisions, sources, techniques, feeds, mesh')
    .option('--once', 'one snapshot, then end; so it is also where there is no terminal')
    .option('--every <time>', 'how often it looks', '2s')
    .addHelpText(
      'after',
      `
Keys:
  q  quit    p  pause and go on    s  sort sources by sessions, risk or address

Examples:
  aegis top
  aegis top --once --json | jq .checks
  AEGIS_API_KEY=… aegis top --url https://edge-2.example:8411`,
    )
    .action(async (options: TopOptions) => {
      const everyMs = parseDuration(options.every) ?? 0;
      if (everyMs < SHORTEST_MS || everyMs > LONGEST_MS)
        throw new CommandError(
          EXIT_CODES.usage,
          'bad_time',
          `--every: expected a time from 500ms to 1h, got "${options.every}"`,
        );
      const client = connect(context, options);
      const { stdout } = context.terminal;
      const isLive = stdout.isTTY && options.once !== true && options.json !== true;
      if (isLive) await watch(context, client, everyMs);
      else await snapshot(context, client, options);
    });
}

const look = ({ clock }: CommandContext, client: ApiClient): Promise<TopSample> =>
  takeSample(client, clock.now(), clock.monotonic());

async function snapshot(context: CommandContext, client: ApiClient, options: TopOptions): Promise<void> {
  const output = outputFor(context.terminal, options);
  const first = await look(context, client);
  await pause(ONCE_MS, context.signal);
  const figures = figuresOf(first, await look(context, client));
  output.answer(figures, (style) =>
    topLines(figures, { width: Math.min(output.width, WIDEST), style, sort: 'sessions' }),
  );
}

async function watch(context: CommandContext, client: ApiClient, everyMs: number): Promise<void> {
  // Who cannot be reached at the beginning is told as by every other command.
  let last = await look(context, client);
  const screen = new LiveScreen({ context, everyMs, widest: WIDEST });
  const ended = AbortSignal.any([context.signal, screen.ended]);
  screen.open();
  try {
    while (!ended.aborted) {
      await pause(everyMs, ended);
      if (ended.aborted) return;
      if (screen.isPaused) continue;
      try {
        const next = await look(context, client);
        screen.show(figuresOf(last, next));
        last = next;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        screen.trouble(error.message);
      }
    }
  } finally {
    screen.close();
  }
}
