import { policyDocument } from '@aegis/decide';
import { Command } from 'commander';
import type { CommandContext } from '../frame/command-context.ts';
import { outputFor } from '../frame/output.ts';
import { issueLine, notAPolicy, readPolicyFile } from './policy-file.ts';

/** `aegis policy check`. */
export function checkCommand(context: CommandContext): Command {
  return new Command('check')
    .description('tell everything that is wrong with a policy file; needs no node')
    .argument('<file>', 'YAML or JSON, - for standard input')
    .option('--json', 'answer as JSON')
    .action((file: string, options: { readonly json?: boolean }) => {
      const { policy, issues } = readPolicyFile(file, context);
      if (policy === undefined) throw notAPolicy(file, issues);
      const answer = { ok: true, file, warnings: issues, policy: policyDocument(policy) };
      const { length: strategies } = policy.strategies;
      outputFor(context.terminal, options).answer(answer, ({ good, warn }) => [
        ...issues.map((issue) => warn(issueLine(file, issue))),
        `${good('ok')}  ${file}: policy ${policy.name}, ${strategies} strategies, ${policy.exempt.length} exempt, ${policy.protected.length} protected`,
      ]);
    });
}
