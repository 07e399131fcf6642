import { setTimeout as sleep } from 'node:timers/promises';
import { READER_FORMATS, type ReaderFormat } from '@aegis/analyze';
import { Command, Option } from 'commander';
import type { ApiClient } from '../client/index.ts';
import { Checkpoints } from '../ingest/checkpoint.ts';
import { type ConnectOptions, connect, withConnection } from './connect.ts';
import { followFiles } from './follow-files.ts';
import type { CommandContext } from './frame/command-context.ts';
import { CommandError, EXIT_CODES } from './frame/exit-codes.ts';
import { outputFor } from './frame/output.ts';
import { printable } from './frame/printable.ts';
import { type IngestAnswer, type IngestFileOptions, ingestFile } from './ingest-file.ts';
import { nodeConfig } from './node-config.ts';

interface IngestOptions extends ConnectOptions {
  readonly format?: ReaderFormat;
  readonly again?: boolean;
  readonly wait?: boolean;
  readonly follow?: boolean;
}

/** A file that could not be taken in. */
interface IngestFailure {
  readonly file: string;
  readonly error: { readonly code: string; readonly message: string };
}

const HELP = `
Formats: tanner (analysed sessions), snare (events), cowrie (JSON), access-log
(common, combined), json-access-log (Caddy and others), w3c-log (IIS,
CloudFront), zeek-http (TSV, JSON), host-log (auth.log, mail servers, databases
and others); plain or gzip. An interrupted run goes on where it was; a file that
has grown is read from where it ended. A file that cannot be read does not keep
the others from being taken in.

Examples:
  aegis ingest /var/log/nginx/access.log
  aegis ingest cowrie.json.1.gz cowrie.json
  zcat sessions.gz | aegis ingest - --format tanner --wait
  aegis ingest /var/log/nginx/access.log --follow`;

/** `aegis ingest`: takes recorded sessions and logs in. */
export function ingestCommand(context: CommandContext): Command {
  return withConnection(new Command('ingest'))
    .description('take in recorded sessions and logs, and analyse them')
    .argument('<file...>', 'files, or - for standard input')
    .addOption(
      new Option('--format <format>', 'what they are (default: told from their first lines)').choices(
        READER_FORMATS,
      ),
    )
    .option('--again', 'from the beginning, whatever was taken in before')
    .option('--wait', 'until everything is analysed')
    .option('--follow', 'go on as the files grow, over rotation, until Ctrl-C')
    .addHelpText('after', HELP)
    .action(async (files: readonly string[], options: IngestOptions) => {
      const client = connect(context, options);
      const work: IngestFileOptions = {
        context,
        client,
        checkpoints: new Checkpoints(nodeConfig(context, options).dataDir),
        again: options.again === true,
        ...(options.format === undefined ? {} : { format: options.format }),
      };
      if (options.follow === true) {
        const followed = await followFiles(files, work);
        outputFor(context.terminal, options).answer({ files: followed }, () => []);
        return;
      }
      const [only] = files;
      const answers =
        files.length === 1 && only !== undefined
          ? [await ingestFile(only, work)]
          : await ingestEach(files, work);
      if (options.wait === true) await analysed(client, context.signal);
      outputFor(context.terminal, options).answer({ files: answers }, () => []);
      if (context.signal.aborted) context.exit(EXIT_CODES.interrupted);
    });
}

async function ingestEach(
  files: readonly string[],
  work: IngestFileOptions,
): Promise<readonly (IngestAnswer | IngestFailure)[]> {
  const { terminal, signal, exit } = work.context;
  const answers: (IngestAnswer | IngestFailure)[] = [];
  for (const file of files) {
    if (signal.aborted) break;
    try {
      answers.push(await ingestFile(file, work));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const { code, message } = error;
      terminal.stderr.write(`error: ${printable(message)}\n`);
      answers.push({ file, error: { code, message } });
      exit(error.exitCode);
    }
  }
  return answers;
}

async function analysed(client: ApiClient, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { backlog } = await client.node();
    if ((backlog.waiting === 0 && backlog.pending === 0) || signal.aborted) return;
    await sleep(100);
  }
}
