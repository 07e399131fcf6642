import { CLIENT_STATES } from '@aegis/guard';
import { Command, Option } from 'commander';
import type { GuardClientDocument } from '../../http/documents/guard-document.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import type { Style } from '../frame/style.ts';
import { renderTable } from '../frame/table.ts';
import { wholeNumber } from '../whole-number.ts';

interface ListOptions extends ConnectOptions {
  readonly state: string;
  readonly limit: string;
}

/** `aegis guard list`. */
export function listCommand(context: CommandContext): Command {
  return withConnection(new Command('list'))
    .description('clients in a state')
    .addOption(new Option('--state <state>', 'which').choices(CLIENT_STATES).default('shadow_banned'))
    .option('--limit <n>', 'how many, 1 to 500', '100')
    .action(async ({ state, limit, ...options }: ListOptions) => {
      const output = outputFor(context.terminal, options);
      const clients = await connect(context, options).guardClients({
        state,
        limit: wholeNumber('--limit', limit),
      });
      output.answer({ clients }, (style) =>
        clients.length === 0
          ? [`no client is ${state}`]
          : renderTable(
              [
                { title: 'client', shrinks: true },
                { title: 'state' },
                { title: 'until' },
                { title: 'trust', align: 'right' },
                { title: 'why', shrinks: true },
              ],
              clients.map((client) => [
                client.user,
                client.state,
                untilText(client),
                String(client.trust),
                client.cases[0]?.reason ?? '',
              ]),
              { width: output.width, heading: style.faint },
            ),
      );
    });
}

/** `aegis guard client`. */
export function clientCommand(context: CommandContext): Command {
  return withConnection(new Command('client'))
    .description('one client, its state, its trust and its cases')
    .argument('<user>', 'the account')
    .action(async (user: string, options: ConnectOptions) => {
      const output = outputFor(context.terminal, options);
      const client = await connect(context, options).guardClient(user);
      output.answer(client, (style) => clientLines(client, style));
    });
}

export function clientLines(client: GuardClientDocument, style: Style): readonly string[] {
  const { user, known, state, trust, score, cases } = client;
  const shown = state === 'normal' ? style.good(state) : style.bad(state);
  return [
    `${style.strong(printable(user))}  ${shown}${state === 'normal' ? '' : ` until ${untilText(client)}`}  trust ${trust}${score > 0 ? `, violation score ${score}` : ''}`,
    ...(known ? [] : [style.faint('never seen here: this is the standing of a new client')]),
    ...cases.flatMap(({ id, at, from, to, reason, status, evidence }) => [
      `${style.accent(id)}  ${at}  ${from} > ${to}  ${reason}  ${status}`,
      ...evidence
        .slice(-3)
        .map((each) => style.faint(`  ${each.at}  ${each.violation}  ${printable(each.detail)}`)),
    ]),
  ];
}

function untilText({ until }: GuardClientDocument): string {
  if (until === undefined) return '';
  return until ?? 'lifted';
}
