import { Command } from 'commander';
import type { PolicyHistoryDocument } from '../../http/documents/policy-document.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import type { Style } from '../frame/style.ts';
import { wholeNumber } from '../whole-number.ts';
import { changeLines } from './change-lines.ts';

/** Changes of a version that are shown; `--json` has all. */
const SHOWN = 20;

/** `aegis policy history`. */
export function historyCommand(context: CommandContext): Command {
  return withConnection(new Command('history'))
    .description('versions of the policy: who changed what, when and why')
    .option('--limit <n>', 'how many, 1 to 100', '20')
    .action(async (options: ConnectOptions & { readonly limit: string }) => {
      const versions = await connect(context, options).policyVersions(wholeNumber('--limit', options.limit));
      outputFor(context.terminal, options).answer({ versions }, (style) =>
        versions.flatMap((each) => versionLines(each, style)),
      );
    });
}

function versionLines(
  { version, source, at, author, reason, changes }: PolicyHistoryDocument,
  style: Style,
): readonly string[] {
  const about =
    author === undefined
      ? 'what the config says'
      : `${at?.slice(0, 19).replace('T', ' ')}Z  ${printable(author)}: ${printable(reason ?? '')}`;
  const follows = source === 'config' && version > 0 ? style.faint('  (follows the config)') : '';
  return [
    `${style.strong(`version ${version}`)}  ${about}${follows}`,
    ...changeLines(changes.slice(0, SHOWN), style).map((line) => `  ${line}`),
    ...(changes.length > SHOWN ? [style.faint(`  ${changes.length - SHOWN} more with --json`)] : []),
  ];
}
