import { THREAT_LEVELS, type ThreatLevel } from '@aegis/model';
import { Command, Option } from 'commander';
import type { SessionAsk } from '../client/index.ts';
import { type ConnectOptions, connect, withConnection } from './connect.ts';
import { defined } from './defined.ts';
import type { CommandContext } from './frame/command-context.ts';
import { outputFor } from './frame/output.ts';
import { sessionLines } from './session-lines.ts';
import { sessionTable } from './session-table.ts';
import { wholeNumber } from './whole-number.ts';

interface ListOptions extends ConnectOptions {
  readonly limit: string;
  readonly cursor?: string;
  readonly from?: string;
  readonly to?: string;
  readonly peer?: string;
  readonly level?: ThreatLevel;
  readonly type?: string;
  readonly minScore?: string;
  readonly text?: string;
}

/** `aegis sessions list|show`. */
export function sessionsCommand(context: CommandContext): Command {
  return new Command('sessions')
    .description('what was seen, and how it was judged')
    .addCommand(listCommand(context))
    .addCommand(showCommand(context))
    .addHelpText(
      'after',
      `
Examples:
  aegis sessions list --level HIGH --limit 20
  aegis sessions list --peer 192.0.2.0/24 --json | jq .sessions[].risk_score
  aegis sessions show attack-sqli-001`,
    );
}

function listCommand(context: CommandContext): Command {
  return withConnection(new Command('list'))
    .description('sessions, the newest first')
    .option('--limit <n>', 'how many, 1 to 500', '20')
    .option('--cursor <cursor>', 'go on after the page before')
    .option('--from <time>', 'started at or after, ISO 8601')
    .option('--to <time>', 'started before, ISO 8601')
    .option('--peer <address>', 'from this address or prefix')
    .addOption(new Option('--level <level>', 'of this level').choices(THREAT_LEVELS))
    .option('--type <type>', 'with this attack type, such as sql_injection')
    .option('--min-score <n>', 'risk score at least')
    .option('--text <text>', 'anywhere in the record')
    .action(async (options: ListOptions) => {
      const output = outputFor(context.terminal, options);
      const page = await connect(context, options).listSessions(ask(options));
      output.answer(page, (style) =>
        page.sessions.length === 0
          ? ['no session fits']
          : [
              ...sessionTable(page.sessions, output.width, style),
              ...(page.next === undefined ? [] : ['', style.faint(`more: --cursor ${page.next}`)]),
            ],
      );
    });
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

function ask({ limit, cursor, from, to, peer, level, type, minScore, text }: ListOptions): SessionAsk {
  return defined({
    limit: wholeNumber('--limit', limit),
    cursor,
    from,
    to,
    peer_ip: peer,
    level,
    attack_type: type,
    min_score: minScore === undefined ? undefined : wholeNumber('--min-score', minScore),
    text,
  });
}
