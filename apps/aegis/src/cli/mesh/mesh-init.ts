import { Command } from 'commander';
import { createAuthority, issueNodeToken, readAuthority, writeAuthority } from '../../mesh/mesh-authority.ts';
import { dataDir, writeAtomically } from '../../node/data-dir.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { outputFor } from '../frame/output.ts';
import { type NodeOptions, nodeConfig } from '../node-config.ts';
import { DAY_MS, TOKEN_DAYS } from './token-days.ts';

interface InitOptions extends NodeOptions {
  readonly name: string;
  readonly json?: boolean;
}

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** `aegis mesh init`. */
export function initCommand(context: CommandContext): Command {
  return new Command('init')
    .description('make a new mesh, whose first node is the one of this data directory')
    .option('--name <name>', 'of the mesh', 'aegis')
    .option('-c, --config <file>', 'config file of this node')
    .option('--data-dir <dir>', 'data directory of this node')
    .option('--json', 'answer as JSON')
    .action(async (options: InitOptions) => {
      const config = nodeConfig(context, options);
      const { id: node, region } = config.node;
      const dir = dataDir(config.dataDir);
      if (!NAME.test(options.name)) {
        const message = `${JSON.stringify(options.name)} is no name of a mesh: expected 1 to 64 lower-case letters, digits or "-"`;
        throw new CommandError(EXIT_CODES.usage, 'bad_name', message);
      }
      const before = readAuthority(dir);
      if (before !== undefined) {
        throw new CommandError(EXIT_CODES.usage, 'mesh_exists', `there is a mesh here: ${before.mesh}`, [
          'make tokens for other nodes with: aegis mesh token NODE',
        ]);
      }
      const now = context.clock.now();
      const expires = now + TOKEN_DAYS * DAY_MS;
      const made = createAuthority(options.name, now);
      const { authority, text } = await issueNodeToken(made, { node, region, now, expires });
      writeAuthority(dir, authority);
      writeAtomically(dir.meshToken, `${text}\n`, 0o600);
      const answer = { mesh: options.name, node, region, authority: dir.meshAuthority, token: dir.meshToken };
      outputFor(context.terminal, options).answer(answer, ({ good, faint, accent }) => [
        `${good('made')} the mesh ${options.name}, with ${node} (${region}) as its first node`,
        '',
        `  ${dir.meshAuthority}`,
        faint('  makes members; keep it secret, and a copy of it somewhere safe'),
        `  ${dir.meshToken}`,
        faint(`  with which this node takes part, for ${TOKEN_DAYS} days`),
        '',
        `start this node      ${accent('REDIS_HOSTS=redis:6379 aegis up')}`,
        `let another one in   ${accent('aegis mesh token NODE')}`,
      ]);
    });
}
