import { Command } from 'commander';
import { rotateKey, writeAuthority } from '../../mesh/mesh-authority.ts';
import { dataDir } from '../../node/data-dir.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { outputFor } from '../frame/output.ts';
import { type NodeOptions, nodeConfig } from '../node-config.ts';
import { authorityOf } from './authority-of.ts';
import { DAY_MS, daysFrom, TOKEN_DAYS } from './token-days.ts';

interface RotateOptions extends NodeOptions {
  readonly days: number;
  readonly json?: boolean;
}

/** `aegis mesh rotate`. */
export function rotateCommand(context: CommandContext): Command {
  return new Command('rotate')
    .description('make a new key for all nodes; tokens made from now on bring it')
    .option(
      '--days <days>',
      'when it is used first: by then every node must have a new token',
      daysFrom(0),
      TOKEN_DAYS,
    )
    .option('-c, --config <file>', 'config file that names the data directory')
    .option('--data-dir <dir>', 'data directory where the mesh was made')
    .option('--json', 'answer as JSON')
    .action((options: RotateOptions) => {
      const dir = dataDir(nodeConfig(context, options).dataDir);
      const from = context.clock.now() + options.days * DAY_MS;
      const authority = rotateKey(authorityOf(dir), from);
      writeAuthority(dir, authority);
      const nodes = [
        ...new Set(authority.issued.filter(({ revoked }) => !revoked).map(({ node }) => node)),
      ].sort();
      const until = new Date(from).toISOString();
      outputFor(context.terminal, options).answer(
        { mesh: authority.mesh, from: until, nodes },
        ({ good, faint }) => [
          `${good('made')} a new key for the mesh ${authority.mesh}, used from ${until.slice(0, 16).replace('T', ' ')} UTC`,
          faint('give each of these nodes a new token before that, with aegis mesh token:'),
          `  ${nodes.join(', ')}`,
        ],
      );
    });
}
