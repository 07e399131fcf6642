import { policyDocument } from '@aegis/decide';
import { Command } from 'commander';
import { ApiError } from '../../client/api-error.ts';
import type { PolicyInForceDocument } from '../../http/documents/policy-document.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import type { Style } from '../frame/style.ts';
import { changeLines } from './change-lines.ts';
import { requirePolicy } from './policy-file.ts';
import { versionNumber } from './version-number.ts';

interface ChangeOptions extends ConnectOptions {
  readonly reason: string;
  readonly base?: string;
  readonly force?: boolean;
}

/** `aegis policy apply`. */
export function applyCommand(context: CommandContext): Command {
  return withChange(new Command('apply'))
    .description('put a policy file in force, as a new version')
    .argument('<file>', 'YAML or JSON, - for standard input')
    .action(async (file: string, options: ChangeOptions) => {
      const policy = policyDocument(requirePolicy(file, context));
      const client = connect(context, options);
      const plan = await client.planPolicy(policy);
      const wish = { ...change(options, plan.version), policy };
      const applied = await client.applyPolicy(wish).catch(explainRefusal);
      outputFor(context.terminal, options).answer({ ...applied, changes: plan.changes }, (style) => [
        ...changeLines(plan.changes, style),
        ...appliedLines(applied, style),
      ]);
    });
}

/** `aegis policy rollback`. */
export function rollbackCommand(context: CommandContext): Command {
  return withChange(new Command('rollback'))
    .description('put what an earlier version said in force again; 0 is what the config says')
    .argument('<version>', 'of the history')
    .action(async (version: string, options: ChangeOptions) => {
      const client = connect(context, options);
      const wanted = versionNumber(version);
      const { version: seen } = await client.policy();
      const wish = { ...change(options, seen), version: wanted };
      const restored = await client.rollBackPolicy(wish).catch(explainRefusal);
      const [latest] = await client.policyVersions(1);
      const changes = latest?.version === restored.version ? latest.changes : [];
      outputFor(context.terminal, options).answer({ ...restored, changes }, (style) => [
        ...changeLines(changes, style),
        ...appliedLines(restored, style),
      ]);
    });
}

function withChange(command: Command): Command {
  return withConnection(command)
    .requiredOption('--reason <text>', 'why, for whoever reads the history')
    .option('--base <version>', 'refuse where another version is in force (default: the one seen now)')
    .option('--force', 'although it may lock somebody out');
}

function change(
  { reason, base, force }: ChangeOptions,
  seen: number,
): { readonly reason: string; readonly base: number; readonly force: boolean } {
  return { reason, base: base === undefined ? seen : versionNumber(base), force: force === true };
}

function appliedLines(
  { version, policy, overruled }: PolicyInForceDocument,
  { good, warn }: Style,
): readonly string[] {
  return [
    `${good('in force')}  policy ${printable(policy.name)}, version ${version}`,
    ...overruled.map((text) => `${warn('note')}  ${printable(text)}`),
  ];
}

/** A refusal for the sake of somebody's access is an answer, and says how to go on. */
function explainRefusal(error: unknown): never {
  if (!(error instanceof ApiError) || error.code !== 'lock_out') throw error;
  throw new CommandError(EXIT_CODES.refused, 'lock_out', error.message, [
    ...error.errors.map(({ message }) => message),
    'if this is meant: --force',
  ]);
}
