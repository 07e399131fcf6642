import { networkInterfaces } from 'node:os';
import { ALWAYS_PROTECTED } from '@aegis/decide';
import { createDryRunNft, createNftablesEnforcer, type Nft, openNft } from '@aegis/enforcer-nftables';
import { Prefix } from '@aegis/model';
import { Command, InvalidArgumentError } from 'commander';
import { Enforcement } from '../decisions/enforcement.ts';
import { RemoteDecisions } from '../enforce/remote-decisions.ts';
import { createLogger } from '../node/logger.ts';
import { secureRandom } from '../node/secure-random.ts';
import { addressesOf } from '../policy/node-policy.ts';
import { maskerFor } from '../trail/masker-for.ts';
import { type ConnectOptions, connect, withConnection } from './connect.ts';
import type { CommandContext } from './frame/command-context.ts';
import { CommandError, EXIT_CODES } from './frame/exit-codes.ts';
import { outputFor } from './frame/output.ts';
import { nodeConfig } from './node-config.ts';
import { untilAborted } from './until-aborted.ts';

interface NftablesOptions extends ConnectOptions {
  readonly dryRun?: boolean;
  readonly clear?: boolean;
  readonly table: string;
  readonly protect: readonly Prefix[];
}

const MEND = [
  'it needs root or CAP_NET_ADMIN: run it with sudo, or as a service with AmbientCapabilities=CAP_NET_ADMIN',
  'see what it would do without: aegis enforce nftables --dry-run',
];

/** `aegis enforce nftables`. */
export function enforceCommand(context: CommandContext): Command {
  return new Command('enforce')
    .description('carry out decisions on this machine')
    .addCommand(nftablesCommand(context))
    .addHelpText('after', '\nExample:\n  sudo aegis enforce nftables');
}

function nftablesCommand(context: CommandContext): Command {
  return withConnection(new Command('nftables'))
    .description('drop packets from and to banned addresses, as the node decides it')
    .option('--dry-run', 'print the commands for nft instead of running them')
    .option('--clear', 'remove everything that was put in force, and end')
    .option('--table <name>', 'the table in family inet; all in it is Aegis\u2019s', 'aegis')
    .option(
      '--protect <prefixes>',
      'addresses and prefixes that always pass, with commas between',
      prefixes,
      [],
    )
    .addHelpText(
      'after',
      `
Follows the node until Ctrl-C. Bans stay in the kernel then, and each ends at
its time; --clear removes them all. Loopback, link-local and this machine's own
addresses always pass.

Examples:
  sudo aegis enforce nftables
  sudo aegis enforce nftables --protect 198.51.100.0/24,2001:db8::/32
  aegis enforce nftables --dry-run
  sudo aegis enforce nftables --clear`,
    )
    .action((options: NftablesOptions) =>
      options.clear === true ? clear(context, options) : enforce(context, options),
    );
}

async function enforce(context: CommandContext, options: NftablesOptions): Promise<void> {
  const { clock, signal, terminal } = context;
  const output = outputFor(terminal, options);
  const { log, masking } = nodeConfig(context, options);
  const logger = createLogger({ ...log, masker: maskerFor(masking, 'logs') });
  const client = connect(context, options);
  const remote = new RemoteDecisions({ follow: client.followDecisions, clock, random: secureRandom, logger });
  await remote.start();
  const nft: Nft =
    options.dryRun === true ? createDryRunNft((commands) => terminal.stdout.write(commands)) : openNft();
  const enforcement = new Enforcement({
    enforcer: createNftablesEnforcer({
      nft,
      clock,
      table: options.table,
      protectedPrefixes: [...ALWAYS_PROTECTED, ...addressesOf(networkInterfaces()), ...options.protect],
    }),
    bus: remote.bus,
    inForce: () => remote.inForce(),
    // The node tells only of what its policy lets enforcers have.
    enforces: () => true,
    random: secureRandom,
    logger,
  });
  try {
    await enforcement.start();
    if (enforcement.trouble !== '')
      throw new CommandError(EXIT_CODES.failed, 'cannot_enforce', enforcement.trouble, MEND);
    const known = [...remote.inForce()].length;
    output.note(
      `enforcing with ${nft.name}, table inet ${options.table}: ${known} decisions in force. Ctrl-C ends it.`,
    );
    await untilAborted(signal);
  } finally {
    await enforcement.stop();
    await remote.stop();
  }
  output.note('ended; what is banned stays so until it expires (--clear removes it now)');
}

async function clear({ clock, terminal }: CommandContext, options: NftablesOptions): Promise<void> {
  const nft =
    options.dryRun === true ? createDryRunNft((commands) => terminal.stdout.write(commands)) : openNft();
  const enforcer = createNftablesEnforcer({ nft, clock, table: options.table, protectedPrefixes: [] });
  try {
    await enforcer.clear();
  } catch (error) {
    throw new CommandError(EXIT_CODES.failed, 'cannot_enforce', (error as Error).message, MEND);
  } finally {
    await enforcer.close();
  }
  outputFor(terminal, options).answer({ cleared: `inet ${options.table}` }, () => [
    `nothing is enforced any more: table inet ${options.table} is gone`,
  ]);
}

function prefixes(text: string): readonly Prefix[] {
  return text
    .split(',')
    .filter((item) => item.trim() !== '')
    .map((item) => {
      const parsed = Prefix.parse(item.trim());
      if (!parsed.ok) throw new InvalidArgumentError(parsed.error.message);
      return parsed.value;
    });
}
