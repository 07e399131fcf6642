import { Command } from 'commander';
import { revokeNode, writeAuthority } from '../../mesh/mesh-authority.ts';
import { dataDir, readRunning } from '../../node/data-dir.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { outputFor } from '../frame/output.ts';
import { nodeConfig } from '../node-config.ts';
import { authorityOf } from './authority-of.ts';

/** `aegis mesh revoke`. */
export function revokeCommand(context: CommandContext): Command {
  return withConnection(new Command('revoke'))
    .description('revoke every token of a node: no node listens to it from now on')
    .argument('<node>', 'its name')
    .addHelpText(
      'after',
      `
Run it where the mesh was made. The node that runs there tells the others;
with --url another one does. A node that was revoked still has the key that the
others share, and can read what they say, until the key is changed:
  aegis mesh rotate --days 0
and then a new token for every other node.`,
    )
    .action(async (node: string, options: ConnectOptions) => {
      const dir = dataDir(nodeConfig(context, options).dataDir);
      const before = authorityOf(dir);
      if (!before.issued.some((each) => each.node === node)) {
        throw new CommandError(EXIT_CODES.notFound, 'no_such_node', `no token was made for a node ${node}`, [
          `tokens were made for: ${[...new Set(before.issued.map((each) => each.node))].join(', ')}`,
        ]);
      }
      const { authority, tokens, list } = await revokeNode(before, node, context.clock.now());
      writeAuthority(dir, authority);
      const isTold = options.url !== undefined || readRunning(dir) !== undefined;
      if (isTold) await connect(context, options).revokeNodes(list);
      const answer = { node, revoked: tokens.length, told: isTold };
      outputFor(context.terminal, options).answer(answer, ({ good, warn }) => [
        `${good('revoked')} ${tokens.length === 1 ? 'the token' : `${tokens.length} tokens`} of ${node}`,
        ...(isTold
          ? []
          : [warn('no node runs here that could tell the others: start it, and run this once more')]),
      ]);
    });
}
