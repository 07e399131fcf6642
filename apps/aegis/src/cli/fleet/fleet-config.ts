import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { parse } from 'yaml';
import type { FleetConfigDocument } from '../../http/documents/fleet-document.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { formatTime } from '../frame/format.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import type { Style } from '../frame/style.ts';
import { wholeNumber } from '../whole-number.ts';

interface SetOptions extends ConnectOptions {
  readonly reason: string;
  readonly share?: string;
  readonly base?: string;
}

/** `aegis fleet config show|set|history|rollback`. */
export function configCommand(context: CommandContext): Command {
  return new Command('config')
    .description('what agents are to have: for all, group:NAME, room:NAME or agent:ID')
    .addCommand(showCommand(context))
    .addCommand(setCommand(context))
    .addCommand(historyCommand(context))
    .addCommand(rollbackCommand(context));
}

function showCommand(context: CommandContext): Command {
  return withConnection(new Command('show'))
    .description('the newest version of each')
    .argument('[target]')
    .action(async (target: string | undefined, options: ConnectOptions) => {
      const client = connect(context, options);
      const targets = target === undefined ? await client.fleetTargets() : [target];
      const histories = await Promise.all(targets.map((each) => client.fleetConfigs(each)));
      const versions = histories.flatMap(([newest]) => newest ?? []);
      outputFor(context.terminal, options).answer({ versions }, (style) =>
        versions.length === 0
          ? ['no config yet: aegis fleet config set all config.json --reason "a first config"']
          : versions.flatMap((version) => [
              versionLine(version, style),
              ...JSON.stringify(version.body, null, 2).split('\n'),
            ]),
      );
    });
}

function setCommand(context: CommandContext): Command {
  return withConnection(new Command('set'))
    .description('give a target a new version')
    .argument('<target>')
    .argument('<file>', 'JSON or YAML')
    .requiredOption('--reason <text>', 'why, for whoever reads the history')
    .option('--share <percent>', "of the target's agents: a canary; the others keep the version before")
    .option('--base <version>', 'refuse where another version is the newest')
    .action(async (target: string, file: string, options: SetOptions) => {
      const version = await connect(context, options).putFleetConfig({
        target,
        body: readConfig(resolve(context.cwd, file), file),
        reason: options.reason,
        ...(options.share === undefined ? {} : { share: wholeNumber('--share', options.share) }),
        ...(options.base === undefined ? {} : { base: wholeNumber('--base', options.base) }),
      });
      outputFor(context.terminal, options).answer(version, (style) => [versionLine(version, style)]);
    });
}

function historyCommand(context: CommandContext): Command {
  return withConnection(new Command('history'))
    .description('who changed what and why')
    .argument('<target>')
    .action(async (target: string, options: ConnectOptions) => {
      const versions = await connect(context, options).fleetConfigs(target);
      outputFor(context.terminal, options).answer({ versions }, (style) =>
        versions.length === 0
          ? [`${target} has no config`]
          : versions.map((each) => versionLine(each, style)),
      );
    });
}

function rollbackCommand(context: CommandContext): Command {
  return withConnection(new Command('rollback'))
    .description('an earlier version again')
    .argument('<target>')
    .argument('<version>')
    .requiredOption('--reason <text>', 'why, for whoever reads the history')
    .action(
      async (target: string, version: string, options: ConnectOptions & { readonly reason: string }) => {
        const restored = await connect(context, options).rollBackFleetConfig({
          target,
          version: wholeNumber('<version>', version),
          reason: options.reason,
        });
        outputFor(context.terminal, options).answer(restored, (style) => [versionLine(restored, style)]);
      },
    );
}

function versionLine(
  { target, version, share, at, author, reason }: FleetConfigDocument,
  { strong, faint }: Style,
): string {
  const part = share >= 100 ? '' : ` for ${share}%`;
  const when = formatTime(Date.parse(at));
  return `${strong(`${target}@${version}`)}${part}  ${faint(when)}  ${printable(author)}: ${printable(reason)}`;
}

/** Throws CommandError where it cannot be read. */
function readConfig(path: string, name: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const message = `${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    throw new CommandError(EXIT_CODES.usage, 'unreadable', message);
  }
}
