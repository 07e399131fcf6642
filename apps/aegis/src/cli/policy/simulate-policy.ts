import { resolve } from 'node:path';
import { READER_FORMATS, type ReaderFormat } from '@aegis/analyze';
import { Policy, policyDocument, Simulation } from '@aegis/decide';
import type { Timestamp } from '@aegis/model';
import { Command, Option } from 'commander';
import type { ApiClient } from '../../client/index.ts';
import { AskedTime } from '../../http/documents/values.ts';
import { fileSource, type Source, streamSource } from '../../ingest/source.ts';
import { secureRandom } from '../../node/secure-random.ts';
import { withProtections } from '../../policy/node-policy.ts';
import { fileTraffic } from '../../replay/file-traffic.ts';
import { recordedDecisions } from '../../replay/recorded-decisions.ts';
import { recordedTraffic } from '../../replay/recorded-traffic.ts';
import type { TrafficItem } from '../../replay/traffic-item.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { outputFor } from '../frame/output.ts';
import { ProgressBar } from '../frame/progress-bar.ts';
import { requirePolicy } from './policy-file.ts';
import { type SimulationAnswer, simulationLines } from './simulation-lines.ts';

interface SimulateOptions extends ConnectOptions {
  readonly from?: string;
  readonly to?: string;
  readonly traffic?: string;
  readonly format?: ReaderFormat;
  readonly decisions: 'then' | 'now';
}

const HELP = `
The policy in force and the file are put side by side: each recorded request is
checked by both, with the decisions that stood when it was made. Without
--traffic the requests are those of the sessions that the node keeps.

Examples:
  aegis policy simulate policy.yaml --from 2026-10-27
  aegis policy simulate policy.yaml --traffic access.log --decisions now`;

/** `aegis policy simulate`. Runs here and not in the node, whose checks it does not slow down. */
export function simulateCommand(context: CommandContext): Command {
  return withConnection(new Command('simulate'))
    .description('replay recorded traffic: whose verdicts would change, and why')
    .argument('<file>', 'the proposed policy: YAML or JSON, - for standard input')
    .option('--from <time>', 'requests of sessions from then on, ISO 8601')
    .option('--to <time>', 'and before then')
    .option('--traffic <file>', 'a log or recorded sessions, in any format that ingest takes')
    .addOption(
      new Option('--format <format>', 'what that is (default: told from it)').choices(READER_FORMATS),
    )
    .addOption(
      new Option('--decisions <which>', 'those that stood then, or those of now')
        .choices(['then', 'now'])
        .default('then'),
    )
    .addHelpText('after', HELP)
    .action(async (file: string, options: SimulateOptions) => {
      const proposed = requirePolicy(file, context);
      const answer = await simulate(proposed, connect(context, options), options, context);
      const output = outputFor(context.terminal, options);
      output.answer(answer, (style) => simulationLines(answer, output.width, style));
      if (context.signal.aborted) context.exit(EXIT_CODES.interrupted);
    });
}

async function simulate(
  proposed: Policy,
  client: ApiClient,
  options: SimulateOptions,
  context: CommandContext,
): Promise<SimulationAnswer> {
  const { terminal, clock, signal } = context;
  const range = { from: timeOf('--from', options.from), to: timeOf('--to', options.to) };
  const inForce = await client.policy();
  const protections = inForce.node_protects as readonly string[] as Policy['protected'];
  const current = Policy.parse(inForce.policy);
  const loading = new ProgressBar({ stream: terminal.stderr, clock, label: 'decisions', unit: 'read' });
  const decisions = await recordedDecisions({
    client,
    which: options.decisions,
    onDecisions: (count) => loading.update(count),
  });
  loading.finish();
  const simulation = new Simulation({
    before: withProtections(current, protections),
    after: withProtections(proposed, protections),
    decisions,
    random: secureRandom,
    ...(options.decisions === 'now' && { checkAt: clock.now() }),
  });
  const { items, finish, missed } = await trafficFor(options, range, client, context);
  for await (const { at, request } of items) {
    if (signal.aborted) break;
    if (at >= (range.from ?? at) && at < (range.to ?? Number.POSITIVE_INFINITY))
      simulation.request(at, request);
  }
  finish();
  return {
    version: inForce.version,
    decisions: options.decisions,
    decisions_replayed: decisions.length,
    complete: !signal.aborted,
    ...missed(),
    only_later: onlyLater(current, proposed),
    report: simulation.report(),
  };
}

interface Traffic {
  readonly items: AsyncIterable<TrafficItem>;
  /** Ends the progress bar. */
  readonly finish: () => void;
  /** What could not be replayed. */
  readonly missed: () => Pick<SimulationAnswer, 'bad_lines' | 'requests_not_kept'>;
}

interface Range {
  readonly from: Timestamp | undefined;
  readonly to: Timestamp | undefined;
}

async function trafficFor(
  options: SimulateOptions,
  range: Range,
  client: ApiClient,
  context: CommandContext,
): Promise<Traffic> {
  const { terminal, clock } = context;
  const { traffic, format } = options;
  if (traffic === undefined) {
    const { from, to } = range;
    const bounds = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
    const { sessions: total } = await client.stats(isoRange(range));
    const bar = new ProgressBar({
      stream: terminal.stderr,
      clock,
      label: 'replaying',
      unit: 'sessions',
      total,
    });
    let sessions = 0;
    let notKept = 0;
    const items = recordedTraffic({
      client,
      ...bounds,
      onSessions: (some) => {
        sessions += some.length;
        for (const each of some)
          notKept += Math.max(0, each.request_count - Math.max(1, each.requests.length));
        bar.update(sessions);
      },
    });
    return {
      items,
      finish: () => bar.finish(),
      missed: () => ({ requests_not_kept: notKept, bad_lines: 0 }),
    };
  }
  const source = await openTraffic(traffic, context);
  const bar = new ProgressBar({ stream: terminal.stderr, clock, label: 'replaying', unit: 'KiB' });
  const size = source.compressed || source.size === undefined ? undefined : Math.ceil(source.size / 1024);
  let badLines = 0;
  const items = await fileTraffic(source, {
    ...(format === undefined ? {} : { format }),
    receivedAt: clock.now(),
    onBadLine: () => {
      badLines++;
    },
    onBytes: (bytes) => bar.update(Math.ceil(bytes / 1024), size),
  });
  if (!items.ok)
    throw new CommandError(EXIT_CODES.usage, items.error.kind, `${traffic}: ${items.error.message}`);
  return {
    items: items.value,
    finish: () => bar.finish(),
    missed: () => ({ requests_not_kept: 0, bad_lines: badLines }),
  };
}

async function openTraffic(file: string, { cwd }: CommandContext): Promise<Source> {
  if (file === '-') return streamSource('standard input', process.stdin);
  try {
    return await fileSource(resolve(cwd, file), file);
  } catch (error) {
    const message = `${file} cannot be read: ${(error as Error).message}`;
    throw new CommandError(EXIT_CODES.usage, 'unreadable', message);
  }
}

/** What differs and shows in decisions to come, not in those replayed. */
function onlyLater(before: Policy, after: Policy): readonly string[] {
  const [old, now] = [policyDocument(before), policyDocument(after)];
  return (['limits', 'proposals'] as const).filter(
    (part) => JSON.stringify(old[part]) !== JSON.stringify(now[part]),
  );
}

function timeOf(option: string, text: string | undefined): Timestamp | undefined {
  if (text === undefined) return undefined;
  const parsed = AskedTime.safeParse(text);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CommandError(EXIT_CODES.usage, 'bad_option', `${option}: ${issue?.message}`);
}

function isoRange({ from, to }: Range): { readonly from?: string; readonly to?: string } {
  return {
    ...(from !== undefined && { from: new Date(from).toISOString() }),
    ...(to !== undefined && { to: new Date(to).toISOString() }),
  };
}
