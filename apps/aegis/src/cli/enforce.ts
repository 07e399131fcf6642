import { Command } from 'commander';
import { enforceFirewallCommand } from './enforce/enforce-firewall.ts';
import type { CommandContext } from './frame/command-context.ts';

/** `aegis enforce`. */
export function enforceCommand(context: CommandContext): Command {
  return new Command('enforce')
    .description('carry out decisions on this machine')
    .addCommand(
      enforceFirewallCommand(context, {
        firewall: 'nftables',
        nameOption: '--table <name>',
        nameMeans: 'the table in family inet; all in it is Aegis\u2019s',
      }),
    )
    .addCommand(
      enforceFirewallCommand(context, {
        firewall: 'ipset',
        nameOption: '--name <name>',
        nameMeans: 'what the names of its sets and chains begin with',
      }),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  sudo aegis enforce nftables\n  sudo aegis enforce ipset     # where nftables is missing',
    );
}
