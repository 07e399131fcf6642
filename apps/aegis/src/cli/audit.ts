import { Command } from 'commander';
import { exportCommand } from './audit/export-trail.ts';
import { listCommand } from './audit/list-audit.ts';
import { peersCommand } from './audit/peer-trails.ts';
import { proveCommand } from './audit/prove-entry.ts';
import { verifyCommand } from './audit/verify-trail.ts';
import type { CommandContext } from './frame/command-context.ts';

/** `aegis audit list|verify|prove|export|peers`. */
export function auditCommand(context: CommandContext): Command {
  return new Command('audit')
    .description('who did what, and the proof that nobody changed it since')
    .addCommand(listCommand(context))
    .addCommand(verifyCommand(context))
    .addCommand(proveCommand(context))
    .addCommand(exportCommand(context))
    .addCommand(peersCommand(context))
    .addHelpText(
      'after',
      `
Examples:
  aegis audit list --action key.create
  aegis audit verify
  aegis audit export --out trail.ndjson
  aegis audit verify --file trail.ndjson --key trail.pub`,
    );
}
