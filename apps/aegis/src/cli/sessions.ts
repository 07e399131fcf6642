import { Command } from 'commander';
import type { SessionAsk, SessionPage } from '../client/index.ts';
import { type ConnectOptions, connect, withConnection } from './connect.ts';
import { defined } from './defined.ts';
import type { CommandContext } from './frame/command-context.ts';
import { outputFor } from './frame/output.ts';
import { sessionLines } from './session-lines.ts';
import { sessionTable } from './session-table.ts';
import { exportSessionsCommand } from './sessions/export-sessions.ts';
import { type FilterOptions, filterAsk, withFilter } from './sessions/session-filter.ts';
import { wholeNumber } from './whole-number.ts';

interface ListOptions extends ConnectOptions, FilterOptions {
  readonly limit: string;
  readonly cursor?: string;
}

/** `aegis sessions list|show|alerts|export`. */
export function sessionsCommand(context: CommandContext): Command {
  return new Command('sessions')
    .description('what was seen, and how it was judged')
    .addCommand(listCommand(context))
    .addCommand(alertsCommand(context))
    .addCommand(showCommand(context))
    .addCommand(exportSessionsCommand(context))
    .addHelpText(
      'after',
      `
Examples:
  aegis sessions list --level HIGH --limit 20
  aegis sessions list --peer 192.0.2.0/24 --json | jq .sessions[].risk_score
  aegis sessions alerts --from 2026-10-27
  aegis sessions show attack-sqli-001
  aegis sessions export --format stix --level HIGH --out high.stix.json`,
    );
}

function listCommand(context: CommandContext): Command {
  return withPaging(withFilter(withConnection(new Command('list'))))
    .description('sessions, the newest first')
    .action(async (options: ListOptions) => {
      const page = await connect(context, options).listSessions(ask(options));
      tell(page, context, options);
    });
}

function alertsCommand(context: CommandContext): Command {
  return withPaging(withConnection(new Command('alerts')))
    .description('sessions of the levels HIGH and CRITICAL, the newest first')
    .option('--from <time>', 'started at or after, ISO 8601')
    .option('--to <time>', 'started before, ISO 8601')
    .option('--peer <address>', 'from this address or prefix')
    .option('--type <type>', 'with this attack type, such as sql_injection')
    .action(async (options: ListOptions) => {
      const page = await connect(context, options).listAlerts(ask(options));
      tell(page, context, options);
    });
}

function withPaging(command: Command): Command {
  return command
    .option('--limit <n>', 'how many, 1 to 500', '20')
    .option('--cursor <cursor>', 'go on after the page before');
}

function ask(options: ListOptions): SessionAsk {
  const { limit, cursor } = options;
  return defined({ limit: wholeNumber('--limit', limit), cursor, ...filterAsk(options) });
}

function tell(page: SessionPage, context: CommandContext, options: ListOptions): void {
  const output = outputFor(context.terminal, options);
  output.answer(page, (style) =>
    page.sessions.length === 0
      ? [page.next === undefined ? 'no session fits' : 'no session fits among those searched so far']
      : sessionTable(page.sessions, output.width, style),
  );
  if (!output.json && page.next !== undefined)
    output.answer(undefined, ({ faint }) => ['', faint(`more: --cursor ${page.next}`)]);
}

function showCommand(context: CommandContext): Command {
  return withConnection(new Command('show'))
    .description('one session: the judgement, its reasons and the evidence')
    .argument('<id>', 'its sess_uuid')
    .action(async (id: string, options: ConnectOptions) => {
      const output = outputFor(context.terminal, options);
      const record = await connect(context, options).getSession(id);
      output.answer(record, (style) => sessionLines(record, output.width, style));
    });
}
