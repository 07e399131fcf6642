import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { READER_FORMATS, type ReaderFormat, rememberingRecognition } from '@aegis/analyze';
import { Address } from '@aegis/model';
import { Command, Option } from 'commander';
import { fileSource, type Source, streamSource } from '../../ingest/source.ts';
import { classesWith } from '../../pipeline/classes-with.ts';
import { type LineDrop, type PlayedLog, playLog } from '../../scenario/play-log.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { outputFor } from '../frame/output.ts';
import { ProgressBar } from '../frame/progress-bar.ts';
import { alertDocument, countDocuments } from './played-document.ts';
import { explainLines, playedLines } from './played-lines.ts';
import { BUILT_IN, rulesOf } from './rule-files.ts';

interface TestOptions {
  readonly format?: ReaderFormat;
  readonly explain?: string;
  readonly json?: boolean;
}

/** Steps of an explanation that are shown. */
const MOST_STEPS = 10_000;

const HELP = `
The log may be in any format that is ingested, plain or gzip, or - for
standard input. Time is the log's own: an old log gives the same alerts as it
did while it was written. Exit code 3 says that at least one rule fired.`;

/** `aegis scenario test FILE LOG`. */
export function testCommand(context: CommandContext): Command {
  return new Command('test')
    .description('play a log to rules: who would have been caught, and when')
    .argument('<file>', `a rule file, a folder of them, or ${BUILT_IN}`)
    .argument('<log>', 'a log, or - for standard input')
    .addOption(
      new Option('--format <format>', 'what the log is (default: told from its first lines)').choices(
        READER_FORMATS,
      ),
    )
    .option('--explain <address>', 'everything that this one did, line by line')
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(async (file: string, log: string, options: TestOptions) => {
      const rules = rulesOf(file, context);
      const who = options.explain === undefined ? undefined : addressOf(options.explain);
      const steps: LineDrop[] = [];
      const played = await play(log, context, {
        rules,
        ...(options.format !== undefined && { format: options.format }),
        ...(who !== undefined && {
          onDrop: (drop: LineDrop) => {
            if (drop.client === who && steps.length < MOST_STEPS) steps.push(drop);
          },
        }),
      });
      const output = outputFor(context.terminal, options);
      const { format, from, to, alerts, complete } = played;
      const answer = {
        ...(format !== undefined && { format }),
        lines: played.lines,
        bad_lines: played.badLines,
        events: played.events,
        matched_lines: played.matchedLines,
        buckets: played.buckets,
        buckets_evicted: played.evicted,
        ...(from !== undefined && { from: new Date(from).toISOString() }),
        ...(to !== undefined && { to: new Date(to).toISOString() }),
        rules: countDocuments(played.counts),
        alerts: alerts.map(alertDocument),
        more_alerts: played.moreAlerts,
        ...(who !== undefined && {
          explain: steps.map(({ line, rule, level, outcome, event }) => ({
            line,
            at: new Date(event.at).toISOString(),
            rule: rule.name,
            level,
            outcome,
          })),
        }),
        complete,
      };
      output.answer(answer, (style) =>
        who === undefined
          ? playedLines(played, output.width, style)
          : explainLines(who, steps, alerts, output.width, style),
      );
      if (!complete) context.exit(EXIT_CODES.interrupted);
      else if (alerts.length > 0) context.exit(EXIT_CODES.refused);
    });
}

async function play(
  log: string,
  { cwd, terminal, clock, signal }: CommandContext,
  options: Pick<Parameters<typeof playLog>[1], 'rules' | 'format' | 'onDrop'>,
): Promise<PlayedLog> {
  const source = await openSource(log, cwd);
  const bar = new ProgressBar({ stream: terminal.stderr, clock, label: source.name, unit: 'KiB' });
  const total = source.size === undefined || source.compressed ? undefined : Math.ceil(source.size / 1024);
  const played = await playLog(source, {
    ...options,
    classesOf: classesWith(rememberingRecognition()),
    // A log without years ends when it was last written to.
    receivedAt: source.path === undefined ? clock.now() : Math.floor(statSync(source.path).mtimeMs),
    onBytes: (bytes) => bar.update(Math.ceil(bytes / 1024), total),
    signal,
  });
  bar.finish();
  if (played.ok) return played.value;
  throw new CommandError(EXIT_CODES.usage, played.error.kind, `${source.name}: ${played.error.message}`);
}

async function openSource(log: string, cwd: string): Promise<Source> {
  if (log === '-') return streamSource('standard input', process.stdin);
  try {
    return await fileSource(resolve(cwd, log), log);
  } catch (error) {
    throw new CommandError(
      EXIT_CODES.usage,
      'unreadable',
      `${log} cannot be read: ${(error as Error).message}`,
    );
  }
}

function addressOf(text: string): Address {
  const parsed = Address.parse(text);
  if (parsed.ok) return parsed.value;
  throw new CommandError(EXIT_CODES.usage, 'bad_option', `--explain: ${parsed.error.message}`);
}
