import { Command } from 'commander';
import type { CommandContext } from './frame/command-context.ts';
import { initCommand } from './mesh/mesh-init.ts';
import { nodesCommand } from './mesh/mesh-nodes.ts';
import { revokeCommand } from './mesh/mesh-revoke.ts';
import { rotateCommand } from './mesh/mesh-rotate.ts';
import { tokenCommand } from './mesh/mesh-token.ts';

const EXAMPLES = `
Examples:
  aegis mesh init              on the first node: a new mesh
  aegis mesh token edge-2      there too: a token for another node
  aegis mesh nodes             who is there
  aegis mesh revoke edge-2     it is heard no more, at once
  aegis mesh rotate            a new key for everybody, in 30 days`;

/** `aegis mesh init|token|nodes|revoke|rotate`. */
export function meshCommand(context: CommandContext): Command {
  return new Command('mesh')
    .description('nodes that share what they learn and act as one')
    .addCommand(initCommand(context))
    .addCommand(tokenCommand(context))
    .addCommand(nodesCommand(context))
    .addCommand(revokeCommand(context))
    .addCommand(rotateCommand(context))
    .addHelpText('after', EXAMPLES);
}
