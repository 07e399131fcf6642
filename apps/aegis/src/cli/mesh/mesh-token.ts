import { Command } from 'commander';
import { NODE_ID_PATTERN } from '../../config/sections/node-section.ts';
import { issueNodeToken, writeAuthority } from '../../mesh/mesh-authority.ts';
import { dataDir, writeAtomically } from '../../node/data-dir.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { outputFor } from '../frame/output.ts';
import { type NodeOptions, nodeConfig } from '../node-config.ts';
import { authorityOf } from './authority-of.ts';
import { DAY_MS, daysFrom, TOKEN_DAYS } from './token-days.ts';

interface TokenOptions extends NodeOptions {
  readonly region: string;
  readonly days: number;
  readonly json?: boolean;
}

/** `aegis mesh token`. */
export function tokenCommand(context: CommandContext): Command {
  return new Command('token')
    .description('make a token with which a node takes part; a node may be given a new one at any time')
    .argument('<node>', 'its name: NODE_ID, or node.id of its config')
    .option('--region <region>', 'where it stands: REGION, or node.region of its config', 'default')
    .option('--days <days>', 'how long it is good for, 1 to 366', daysFrom(1), TOKEN_DAYS)
    .option('-c, --config <file>', 'config file that names the data directory')
    .option('--data-dir <dir>', 'data directory where the mesh was made')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
The token is printed on standard output, alone: one line, for AEGIS_MESH_TOKEN
or the file that AEGIS_MESH_TOKEN_FILE names. Whoever has it can speak for the
node: send it as you would a password. For the node of this data directory it is
also written where that node looks.

Examples:
  aegis mesh token edge-2 --region paris > edge-2.token

Then, on edge-2, with NODE_ID=edge-2, REGION=paris and REDIS_HOSTS=redis:6379:
  AEGIS_MESH_TOKEN_FILE=edge-2.token aegis up`,
    )
    .action(async (node: string, options: TokenOptions) => {
      const config = nodeConfig(context, options);
      const dir = dataDir(config.dataDir);
      const before = authorityOf(dir);
      for (const [what, name] of [
        ['node', node],
        ['region', options.region],
      ] as const) {
        if (NODE_ID_PATTERN.test(name)) continue;
        const expected = 'expected 1 to 63 lower-case letters, digits, ".", "_" or "-"';
        throw new CommandError(
          EXIT_CODES.usage,
          'bad_name',
          `${JSON.stringify(name)} is no name of a ${what}: ${expected}`,
        );
      }
      const now = context.clock.now();
      const { region, days } = options;
      const made = await issueNodeToken(before, { node, region, now, expires: now + days * DAY_MS });
      writeAuthority(dir, made.authority);
      const isOwn = node === config.node.id && region === config.node.region;
      if (isOwn) writeAtomically(dir.meshToken, `${made.text}\n`, 0o600);
      const output = outputFor(context.terminal, options);
      const until = new Date(made.issued.expires).toISOString();
      output.answer({ mesh: before.mesh, node, region, expires: until, token: made.text }, () => [made.text]);
      if (!output.json) {
        output.note(
          `token of ${node} in ${region} for the mesh ${before.mesh}, good until ${until.slice(0, 10)}`,
        );
        if (isOwn) output.note(`also written to ${dir.meshToken}; restart the node to use it`);
      }
    });
}
