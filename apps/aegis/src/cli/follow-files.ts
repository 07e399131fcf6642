import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type FollowSummary, followLog } from '../ingest/follow-log.ts';
import { CommandError, EXIT_CODES } from './frame/exit-codes.ts';
import { formatCount } from './frame/format.ts';
import { printable } from './frame/printable.ts';
import { type IngestFileOptions, pushSessions } from './ingest-file.ts';

/** What became of one log, as `--json` tells it. */
export interface FollowAnswer {
  readonly file: string;
  readonly lines?: number;
  readonly bad_lines?: number;
  readonly sessions?: number;
  readonly refused?: number;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Bad lines told one by one; the rest is counted. */
const TOLD = 20;
const COMPRESSED = /\.(gz|bz2|xz|zst|zip)$/;

/** `aegis ingest --follow`: all of them at once, until Ctrl-C. Throws CommandError for what cannot be followed at all. */
export async function followFiles(
  files: readonly string[],
  options: IngestFileOptions,
): Promise<readonly FollowAnswer[]> {
  const { cwd } = options.context;
  for (const file of files) await refuseUnfollowable(file, resolve(cwd, file));
  return Promise.all(files.map((file) => followFile(file, resolve(cwd, file), options)));
}

async function refuseUnfollowable(file: string, path: string): Promise<void> {
  const refuse = (why: string, mend: string): never => {
    throw new CommandError(EXIT_CODES.usage, 'cannot_follow', `${file} cannot be followed: ${why}`, [mend]);
  };
  if (file === '-')
    refuse('standard input ends by itself', 'leave --follow out: what comes over a pipe is read as it comes');
  if (COMPRESSED.test(file))
    refuse('what is compressed does not grow', `take it in once: aegis ingest ${file}`);
  const isOther = await stat(path).then(
    (stats) => !stats.isFile(),
    () => false,
  );
  if (isOther) refuse('it is no file', 'name the log itself, such as /var/log/nginx/access.log');
}

async function followFile(
  file: string,
  path: string,
  { context, client, checkpoints, format, again }: IngestFileOptions,
): Promise<FollowAnswer> {
  const { terminal, clock, signal, exit } = context;
  const say = (line: string): void => {
    terminal.stderr.write(`${line}\n`);
  };
  if (again) checkpoints.forget(path);
  let bad = 0;
  const result = await followLog(path, file, {
    ...(format === undefined ? {} : { format }),
    checkpoints,
    clock,
    signal,
    onProgress: () => {},
    onBegin: ({ format: found, fromLine }) =>
      say(`${file}: following as ${found}, from line ${formatCount(fromLine)} on. Ctrl-C ends it.`),
    onTrouble: (trouble) =>
      say(
        trouble === ''
          ? `${file}: can be read again`
          : `${file}: cannot be read, waiting for it: ${printable(trouble)}`,
      ),
    onBadLine: ({ line, message }) => {
      bad += 1;
      if (bad <= TOLD) say(`  ${file}:${line}: ${printable(message)}`);
      if (bad === TOLD) say(`  ${file}: lines that cannot be used are counted from here on`);
    },
    send: (sessions) => pushSessions(sessions, client, context),
  });
  if (!result.ok) {
    const { kind, message } = result.error;
    say(`error: ${file}: ${printable(message)}; name it with --format`);
    exit(EXIT_CODES.usage);
    return { file: path, error: { code: kind, message } };
  }
  say(summary(file, result.value));
  const { lines, badLines, sessions, refused } = result.value;
  return { file: path, lines, bad_lines: badLines, sessions, refused };
}

function summary(file: string, { lines, badLines, sessions }: FollowSummary): string {
  const wrong = badLines === 0 ? '' : `, ${formatCount(badLines)} of them could not be used`;
  return `${file}: ${formatCount(lines)} lines${wrong}, ${formatCount(sessions)} sessions accepted; the next run goes on here`;
}
