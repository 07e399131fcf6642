import { Command } from 'commander';
import type { MeshDocument } from '../../http/documents/mesh-document.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { formatCount } from '../frame/format.ts';
import { outputFor } from '../frame/output.ts';
import type { Style } from '../frame/style.ts';
import { renderTable } from '../frame/table.ts';

/** `aegis mesh nodes`. */
export function nodesCommand(context: CommandContext): Command {
  return withConnection(new Command('nodes'))
    .description('the nodes of the mesh as this one sees them')
    .action(async (options: ConnectOptions) => {
      const output = outputFor(context.terminal, options);
      const mesh = await connect(context, options).mesh();
      output.answer(mesh, (style) => lines(mesh, style, output.width, context.clock.now()));
    });
}

function lines(mesh: MeshDocument, style: Style, width: number, now: number): readonly string[] {
  const { nodes, trouble, clock_ahead_seconds: ahead } = mesh;
  const colours = { online: style.good, degraded: style.warn, offline: style.bad };
  const table = renderTable(
    [
      { title: 'node' },
      { title: 'region' },
      { title: 'state', mark: (cell, row) => colours[nodes[row]?.state ?? 'offline'](cell) },
      { title: 'weight', align: 'right' },
      { title: 'decisions', align: 'right' },
      { title: 'last seen', align: 'right' },
      { title: 'version' },
    ],
    nodes.map(({ id, region, state, weight, decisions, last_seen, version }) => [
      id === mesh.node ? `${id} (this one)` : id,
      region,
      state,
      weight.toFixed(2),
      formatCount(decisions),
      `${formatCount(Math.max(0, Math.round((now - Date.parse(last_seen)) / 1_000 - ahead)))} s ago`,
      version,
    ]),
    { width, heading: style.faint },
  );
  return [
    ...(trouble === undefined
      ? []
      : [style.warn(`cut off: ${trouble}`), style.faint('what follows is what was known last')]),
    ...(ahead === 0
      ? []
      : [
          style.warn(
            `the clock of this node is ${Math.abs(ahead)} s ${ahead > 0 ? 'ahead' : 'behind'}; set it right`,
          ),
        ]),
    ...table,
  ];
}
