import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ALWAYS_PROTECTED } from '@aegis/decide';
import { fetchList } from '@aegis/feed-http';
import { FEED_FORMATS, type FeedFormat } from '@aegis/indicators';
import { Command, Option } from 'commander';
import { previewFile } from '../../feeds/preview-feed.ts';
import { type FeedPreviewDocument, feedPreviewDocument } from '../../http/documents/feed-document.ts';
import { configPolicy } from '../../policy/node-policy.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import { defined } from '../defined.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { formatCount } from '../frame/format.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import { ProgressBar } from '../frame/progress-bar.ts';
import type { Style } from '../frame/style.ts';
import { renderTable } from '../frame/table.ts';
import { nodeConfig } from '../node-config.ts';

interface PreviewOptions extends ConnectOptions {
  readonly format?: FeedFormat;
  readonly against?: string;
}

const MOST_BYTES = 1_073_741_824;
const FETCH_MS = 300_000;

/** `aegis feeds preview`. */
export function previewCommand(context: CommandContext): Command {
  return withConnection(new Command('preview'))
    .description('what a list holds and what of it would be refused; nothing of it takes effect')
    .argument('<source>', 'a file, or an http(s) URL')
    .addOption(
      new Option('--format <format>', 'what it is written in (default: told from it)').choices(FEED_FORMATS),
    )
    .option('--against <feed>', 'a feed of the running node: what would change')
    .action(async (source: string, options: PreviewOptions) => {
      const output = outputFor(context.terminal, options);
      const folder = mkdtempSync(join(tmpdir(), 'aegis-preview-'));
      try {
        const path = await fetched(source, folder, context);
        const preview =
          options.against === undefined
            ? await readHere(path, options, context)
            : await connect(context, options, { timeoutMs: FETCH_MS }).previewFeed(
                readFileSync(path, 'utf8'),
                defined({ format: options.format, feed: options.against }) as { format?: string },
              );
        output.answer(preview, (style) => previewLines(preview, output.width, style));
        if (preview.broken !== undefined) context.exit(EXIT_CODES.failed);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
}

/** The list as a file of this machine. */
async function fetched(source: string, folder: string, context: CommandContext): Promise<string> {
  const url = /^(?:https?|file):\/\//i.test(source) ? source : resolve(context.cwd, source);
  const path = join(folder, 'list');
  const bounds = { maxBytes: MOST_BYTES, timeoutMs: FETCH_MS, signal: context.signal };
  const got = await fetchList({ url, ...bounds }, {}, path);
  if (got.ok) return path;
  throw new CommandError(
    EXIT_CODES.unreachable,
    'unreadable',
    `${source} cannot be had: ${got.error.message}`,
  );
}

async function readHere(
  path: string,
  options: PreviewOptions,
  context: CommandContext,
): Promise<FeedPreviewDocument> {
  const { stderr } = context.terminal;
  const total = statSync(path).size;
  const bar = new ProgressBar({
    stream: stderr,
    clock: context.clock,
    label: 'reading',
    unit: 'bytes',
    total,
  });
  const { limits, exempt, protected: kept } = configPolicy(nodeConfig(context, options));
  const preview = await previewFile(path, {
    guard: { ...limits, protected: [...ALWAYS_PROTECTED, ...kept, ...exempt] },
    ...(options.format === undefined ? {} : { format: options.format }),
    signal: context.signal,
    onProgress: (bytes) => bar.update(bytes),
  });
  bar.update(total);
  if (stderr.isTTY) bar.finish();
  if (!preview.ok) throw new CommandError(EXIT_CODES.failed, 'unreadable', preview.error);
  return feedPreviewDocument(preview.value);
}

function previewLines(preview: FeedPreviewDocument, width: number, style: Style): readonly string[] {
  const { summary, scopes, sample, broken, changes, indicators } = preview;
  const { strong, faint, bad, warn } = style;
  const refused = summary.unreadable + summary.declined;
  const duplicates = summary.taken - indicators;
  return [
    ...(broken === undefined ? [] : [bad(`this is no feed that can be used: ${printable(broken)}`)]),
    ...(summary.format === undefined ? [] : [`format       ${summary.format} ${faint(`(${summary.why})`)}`]),
    `indicators   ${strong(formatCount(indicators))}${duplicates > 0 ? faint(` (and ${formatCount(duplicates)} duplicates)`) : ''}`,
    ...Object.entries(scopes).map(([scope, count]) => `  ${scope.padEnd(11)}${formatCount(count)}`),
    ...(changes === undefined
      ? []
      : [
          `would change ${formatCount(changes.added)} new, ${formatCount(changes.kept)} as before, ${formatCount(changes.gone)} gone`,
        ]),
    ...(sample.length === 0 ? [] : [faint(`such as ${sample.map(printable).join(', ')}`)]),
    ...(refused === 0
      ? ['refused      none']
      : [
          `refused      ${warn(formatCount(refused))}`,
          ...renderTable(
            [{ title: 'count', align: 'right' }, { title: 'reason' }, { title: 'such as', shrinks: true }],
            Object.entries(summary.reasons).map(([reason, count]) => {
              const example = summary.examples.find((each) => each.reason === reason);
              return [
                formatCount(count),
                reason,
                example === undefined ? '' : `line ${example.line}: ${example.text}`,
              ];
            }),
            { width, heading: faint },
          ),
        ]),
  ];
}
