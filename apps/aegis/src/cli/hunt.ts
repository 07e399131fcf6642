import { setTimeout as sleep } from 'node:timers/promises';
import { FLOW_FORMATS, type FlowFormat } from '@aegis/hunt';
import { Prefix } from '@aegis/model';
import { Command, Option } from 'commander';
import type { ApiClient } from '../client/index.ts';
import { type CandidateDocument, candidateDocument } from '../http/documents/candidate-document.ts';
import { type ConnectOptions, connect, withConnection } from './connect.ts';
import type { CommandContext } from './frame/command-context.ts';
import { CommandError, EXIT_CODES } from './frame/exit-codes.ts';
import { formatCount } from './frame/format.ts';
import { outputFor } from './frame/output.ts';
import { printable } from './frame/printable.ts';
import { explanationLines } from './hunt/explanation-lines.ts';
import { generateFlows } from './hunt/generate-flows.ts';
import { huntFiles } from './hunt/hunt-files.ts';
import { huntLines } from './hunt/hunt-lines.ts';
import { propose } from './hunt/propose.ts';
import { type FlowsPushed, pushFlows } from './hunt/push-flows.ts';
import { wholeNumber } from './whole-number.ts';

interface HuntCommandOptions extends ConnectOptions {
  readonly format?: FlowFormat;
  readonly minScore: string;
  readonly explain?: string;
  readonly live?: boolean;
  readonly push?: boolean;
  readonly propose?: boolean;
  readonly allow: readonly string[];
  readonly generate?: string;
  readonly now?: boolean;
}

/** Candidates of the node that are shown. */
const MOST_LIVE = 100;
const LOOK_MS = 120_000;
const POLL_MS = 200;

const HELP = `
Formats: zeek (conn.log as TSV), zeek-json, csv (NetFlow, IPFIX: a header names
the columns), agent (JSON lines); plain or gzip. The score says how likely it is
a command-and-control server, the confidence how much was seen. Exit code 3 says
that at least one was found that would be proposed to be banned.

Examples:
  aegis hunt conn.log
  aegis hunt conn.*.log.gz --json
  aegis hunt conn.log --explain 203.0.113.7
  aegis hunt conn.log --propose --allow 198.51.100.0/24
  aegis hunt conn.log --push
  aegis hunt --live --explain 203.0.113.7
  aegis hunt --generate 7 > flows.csv`;

/** `aegis hunt`: finds command-and-control servers in recorded flows, or asks the node what it found in live ones. */
export function huntCommand(context: CommandContext): Command {
  return withConnection(new Command('hunt'))
    .description('find command-and-control servers in flows')
    .argument('[file...]', 'files, or - for standard input')
    .addOption(
      new Option('--format <format>', 'what they are (default: told from them)').choices(FLOW_FORMATS),
    )
    .option('--min-score <score>', 'least score that is shown', '50')
    .option('--explain <address>', 'everything for and against this one')
    .option('--live', 'what the node found in the flows that it was handed')
    .option('--push', 'hand the flows to the node, which goes on looking, and decides')
    .option('--propose', 'have the node ban those that are confirmed')
    .option('--allow <prefix...>', 'never propose these', [])
    .option('--generate <seed>', 'write labelled synthetic flows as CSV instead')
    .option('--now', 'with --generate: flows of the last twelve hours, for --push')
    .addHelpText('after', HELP)
    .action(async (files: readonly string[], options: HuntCommandOptions) => {
      const output = outputFor(context.terminal, options);
      if (options.generate !== undefined) {
        const end = options.now === true ? context.clock.now() : undefined;
        generateFlows(wholeNumber('--generate', options.generate), context.terminal.stdout, end);
        return;
      }
      if (options.live === true) return askLive(context, options);
      if (files.length === 0)
        throw new CommandError(EXIT_CODES.usage, 'no_file', 'which files? for example: aegis hunt conn.log');
      const leastScore = wholeNumber('--min-score', options.minScore);
      const allowed = options.allow.map(prefixOf);
      if (options.push === true) return pushAll(files, context, options);
      // Before the work, not after it: a node that is not there is told at once.
      const client = options.propose === true ? connect(context, options) : undefined;
      const hunted = await huntFiles(files, options.format, context);
      if (options.explain !== undefined) {
        const found = hunted.report.candidates.filter(({ address }) => address === options.explain);
        if (found.length === 0)
          throw new CommandError(
            EXIT_CODES.notFound,
            'not_a_candidate',
            `nothing in these flows speaks for ${options.explain} being a server of bots`,
          );
        explain(
          found.map((candidate) => candidateDocument(candidate, allowed)),
          output,
        );
        return;
      }
      const shown = hunted.report.candidates.filter(({ score }) => score >= leastScore);
      const documents = shown.map((candidate) => candidateDocument(candidate, allowed));
      const proposed =
        client === undefined
          ? undefined
          : await propose(
              shown.filter((_, index) => documents[index]?.confirmed === true),
              client,
            );
      const { flows, refused, pairs, clients } = hunted.report;
      const answer = {
        flows,
        refused,
        bad_lines: hunted.badLines,
        pairs,
        clients,
        candidates: documents,
        ...(proposed !== undefined && { proposed }),
        complete: hunted.complete,
      };
      output.answer(answer, (style) => huntLines(documents, answer, output.width, style));
      if (documents.some(({ confirmed }) => confirmed)) context.exit(EXIT_CODES.refused);
      if (!hunted.complete) context.exit(EXIT_CODES.interrupted);
    });
}

function explain(candidates: readonly CandidateDocument[], output: ReturnType<typeof outputFor>): void {
  output.answer({ candidates }, (style) =>
    candidates.flatMap((candidate) => explanationLines(candidate, output.width, style)),
  );
}

async function askLive(context: CommandContext, options: HuntCommandOptions): Promise<void> {
  const output = outputFor(context.terminal, options);
  const client = connect(context, options);
  if (options.explain !== undefined) return explain(await client.huntCandidate(options.explain), output);
  const min_score = wholeNumber('--min-score', options.minScore);
  const [status, candidates] = await Promise.all([
    client.huntStatus(),
    client.huntCandidates({ min_score, limit: MOST_LIVE }),
  ]);
  output.answer({ ...status, candidates }, (style) =>
    status.flows === 0
      ? ['no flows have come; hand some in with aegis hunt FILE --push, or POST /v1/flows']
      : huntLines(candidates, status, output.width, style),
  );
  if (candidates.some(({ confirmed }) => confirmed)) context.exit(EXIT_CODES.refused);
}

async function pushAll(
  files: readonly string[],
  context: CommandContext,
  options: HuntCommandOptions,
): Promise<void> {
  const output = outputFor(context.terminal, options);
  const client = connect(context, options);
  const pushed: (FlowsPushed & { readonly file: string })[] = [];
  for (const file of files) {
    pushed.push({ file, ...(await pushFlows(file, options.format, client, context)) });
    if (context.signal.aborted) break;
  }
  const looked = await untilLooked(client, context);
  output.answer({ files: pushed, looked, complete: !context.signal.aborted }, () => [
    ...pushed.flatMap(({ file, accepted, refused, rejected, faults }) => [
      `${file}: ${formatCount(accepted)} flows handed in` +
        (refused > 0 ? `, ${formatCount(refused)} refused for their time` : '') +
        (rejected > 0 ? `, ${formatCount(rejected)} lines that could not be used` : ''),
      ...faults.map((fault) => `  ${printable(fault)}`),
    ]),
    looked ? 'the node has looked at them: aegis hunt --live' : 'the node has not looked at all of them yet',
  ]);
  if (context.signal.aborted) context.exit(EXIT_CODES.interrupted);
}

/** False where it takes the node longer than two minutes. */
async function untilLooked(client: ApiClient, { clock, signal }: CommandContext): Promise<boolean> {
  const late = clock.monotonic() + LOOK_MS;
  while (!signal.aborted && clock.monotonic() < late) {
    if ((await client.huntStatus()).unlooked === 0) return true;
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

function prefixOf(text: string): Prefix {
  const parsed = Prefix.parse(text);
  if (parsed.ok) return parsed.value;
  throw new CommandError(EXIT_CODES.usage, 'bad_option', `--allow: ${parsed.error.message}`);
}
