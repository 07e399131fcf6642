import { Command } from 'commander';
import { copyLine } from '../../trail/checkpoint-copies.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import { fold } from '../fold.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import { renderTable } from '../frame/table.ts';

interface PeersOptions extends ConnectOptions {
  readonly forget?: boolean;
}

/** `aegis audit peers`. */
export function peersCommand(context: CommandContext): Command {
  return withConnection(new Command('peers'))
    .description('what this node knows of the trails of the other nodes of its mesh')
    .argument('[node]', 'print the checkpoints that are kept of it, for aegis audit verify --copies')
    .option('--forget', 'forget what is kept of it: it was set up anew, and what it shows next is right')
    .action(async (node: string | undefined, { forget = false, ...options }: PeersOptions) => {
      const output = outputFor(context.terminal, options);
      const api = connect(context, options);
      if (node === undefined) {
        if (forget) throw new CommandError(EXIT_CODES.usage, 'usage', '--forget takes the name of a node');
        const peers = await api.listPeerTrails();
        output.answer({ peers }, ({ faint, bad }) => [
          ...(peers.length === 0
            ? ['no other node has shown its trail yet']
            : renderTable(
                ['node', 'entries', 'signed', 'heard', ''].map((title) => ({ title })),
                peers.map(({ node: name, entries, signed, heard, finding }) => [
                  ...[printable(name), String(entries), signed, heard],
                  finding === undefined ? 'sound' : bad('wrong'),
                ]),
                { width: output.width, heading: faint },
              )),
          ...peers.flatMap(({ finding }) =>
            finding === undefined
              ? []
              : fold(printable(finding.message), output.width, `${bad('wrong')}  `, '       '),
          ),
        ]);
      } else if (forget) {
        await api.forgetPeerTrail(node);
        output.answer({ forgotten: node }, ({ good }) => [`${good('forgotten')} ${printable(node)}`]);
      } else {
        const peer = await api.peerTrail(node);
        output.answer(peer, () => peer.checkpoints.map(copyLine));
      }
    });
}
