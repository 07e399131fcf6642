import { FLOW_FORMATS, type FlowFormat } from '@aegis/hunt';
import { Prefix } from '@aegis/model';
import { Command, Option } from 'commander';
import { type ConnectOptions, connect, withConnection } from './connect.ts';
import type { CommandContext } from './frame/command-context.ts';
import { CommandError, EXIT_CODES } from './frame/exit-codes.ts';
import { outputFor } from './frame/output.ts';
import { candidateDocument } from './hunt/candidate-document.ts';
import { explanationLines } from './hunt/explanation-lines.ts';
import { generateFlows } from './hunt/generate-flows.ts';
import { huntFiles } from './hunt/hunt-files.ts';
import { huntLines } from './hunt/hunt-lines.ts';
import { propose } from './hunt/propose.ts';
import { wholeNumber } from './whole-number.ts';

interface HuntCommandOptions extends ConnectOptions {
  readonly format?: FlowFormat;
  readonly minScore: string;
  readonly explain?: string;
  readonly propose?: boolean;
  readonly allow: readonly string[];
  readonly generate?: string;
}

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
  aegis hunt --generate 7 > flows.csv`;

/** `aegis hunt`: finds command-and-control servers in recorded flows. Needs no node. */
export function huntCommand(context: CommandContext): Command {
  return withConnection(new Command('hunt'))
    .description('find command-and-control servers in recorded flows')
    .argument('[file...]', 'files, or - for standard input')
    .addOption(
      new Option('--format <format>', 'what they are (default: told from them)').choices(FLOW_FORMATS),
    )
    .option('--min-score <score>', 'least score that is shown', '50')
    .option('--explain <address>', 'everything for and against this one')
    .option('--propose', 'have the node ban those that are confirmed')
    .option('--allow <prefix...>', 'never propose these', [])
    .option('--generate <seed>', 'write labelled synthetic flows as CSV instead')
    .addHelpText('after', HELP)
    .action(async (files: readonly string[], options: HuntCommandOptions) => {
      const output = outputFor(context.terminal, options);
      if (options.generate !== undefined) {
        generateFlows(wholeNumber('--generate', options.generate), context.terminal.stdout);
        return;
      }
      if (files.length === 0)
        throw new CommandError(EXIT_CODES.usage, 'no_file', 'which files? for example: aegis hunt conn.log');
      const leastScore = wholeNumber('--min-score', options.minScore);
      const allowed = options.allow.map(prefixOf);
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
        const documents = found.map((candidate) => candidateDocument(candidate, allowed));
        output.answer({ candidates: documents }, (style) =>
          found.flatMap((candidate) => explanationLines(candidate, allowed, output.width, style)),
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
      output.answer(answer, (style) => huntLines(shown, answer, allowed, output.width, style));
      if (documents.some(({ confirmed }) => confirmed)) context.exit(EXIT_CODES.refused);
      if (!hunted.complete) context.exit(EXIT_CODES.interrupted);
    });
}

function prefixOf(text: string): Prefix {
  const parsed = Prefix.parse(text);
  if (parsed.ok) return parsed.value;
  throw new CommandError(EXIT_CODES.usage, 'bad_option', `--allow: ${parsed.error.message}`);
}
