import { policyDocument } from '@aegis/decide';
import { Command } from 'commander';
import type { PolicyPlanDocument } from '../../http/documents/policy-document.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import type { Style } from '../frame/style.ts';
import { changeLines } from './change-lines.ts';
import { requirePolicy } from './policy-file.ts';

/** `aegis policy diff`. */
export function diffCommand(context: CommandContext): Command {
  return withConnection(new Command('diff'))
    .description('how a policy file differs from the policy in force; changes nothing')
    .argument('<file>', 'YAML or JSON, - for standard input')
    .action(async (file: string, options: ConnectOptions) => {
      const policy = policyDocument(requirePolicy(file, context));
      const plan = await connect(context, options).planPolicy(policy);
      outputFor(context.terminal, options).answer(plan, (style) => planLines(plan, style));
    });
}

/** What would change, and who had better look at it first. */
export function planLines(
  { version, changes, risks, overruled }: PolicyPlanDocument,
  style: Style,
): string[] {
  return [
    changes.length === 0
      ? `the same as version ${version}, which is in force`
      : style.faint(`compared with version ${version}, which is in force`),
    ...changeLines(changes, style),
    ...risks.map((risk) => `${style.bad('lock-out')}  ${printable(risk)}`),
    ...overruled.map((text) => `${style.warn('note')}  ${printable(text)}`),
  ];
}
