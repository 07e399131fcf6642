import { Command } from 'commander';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { EXIT_CODES } from '../frame/exit-codes.ts';
import { outputFor } from '../frame/output.ts';
import { renderTable } from '../frame/table.ts';

interface BansOptions extends ConnectOptions {
  readonly lift?: string;
}

/** `aegis guard bans`. */
export function bansCommand(context: CommandContext): Command {
  return withConnection(new Command('bans'))
    .description('addresses that the guard refuses')
    .option('--lift <address>', 'end the ban of this one')
    .action(async ({ lift, ...options }: BansOptions) => {
      const output = outputFor(context.terminal, options);
      const client = connect(context, options);
      if (lift !== undefined) {
        const lifted = await client.guardLiftBan(lift);
        output.answer({ address: lift, lifted }, () => [
          lifted ? `${lift} may connect again` : `${lift} was not banned`,
        ]);
        if (!lifted) context.exit(EXIT_CODES.notFound);
        return;
      }
      const bans = await client.guardBans();
      output.answer({ bans }, (style) =>
        bans.length === 0
          ? ['no address is banned']
          : renderTable(
              [
                { title: 'address' },
                { title: 'kind' },
                { title: 'until' },
                { title: 'accounts', align: 'right' },
              ],
              bans.map(({ address, kind, until, users }) => [address, kind, until, String(users)]),
              { width: output.width, heading: style.faint },
            ),
      );
    });
}
