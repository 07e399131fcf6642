import { networkInterfaces } from 'node:os';
import { ALWAYS_PROTECTED } from '@aegis/decide';
import { Prefix } from '@aegis/model';
import { NO_PACKETS } from '@aegis/packet-filter';
import { Command, InvalidArgumentError } from 'commander';
import { Enforcement } from '../../decisions/enforcement.ts';
import { type Firewall, openPacketFilter, placeOf } from '../../enforce/open-packet-filter.ts';
import { RemoteDecisions } from '../../enforce/remote-decisions.ts';
import { createLogger } from '../../node/logger.ts';
import { secureRandom } from '../../node/secure-random.ts';
import { timer } from '../../node/timer.ts';
import { addressesOf } from '../../policy/node-policy.ts';
import { maskerFor } from '../../trail/masker-for.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { formatCount } from '../frame/format.ts';
import { outputFor } from '../frame/output.ts';
import { nodeConfig } from '../node-config.ts';
import { untilAborted } from '../until-aborted.ts';

export interface FirewallCommand {
  readonly firewall: Firewall;
  /** `--table <name>`: the option's name is `table`, or `name`. */
  readonly nameOption: '--table <name>' | '--name <name>';
  readonly nameMeans: string;
}

interface FirewallOptions extends ConnectOptions {
  readonly dryRun?: boolean;
  readonly clear?: boolean;
  readonly table?: string;
  readonly name?: string;
  readonly protect: readonly Prefix[];
}

interface Wish extends FirewallOptions {
  readonly firewall: Firewall;
  readonly named: string;
}

/** How often this machine's own addresses are looked at, ms. */
const ADDRESSES_MS = 60_000;

/** `aegis enforce nftables`, `aegis enforce ipset`. */
export function enforceFirewallCommand(context: CommandContext, about: FirewallCommand): Command {
  const { firewall, nameOption, nameMeans } = about;
  const taker = firewall === 'nftables' ? 'nft' : 'sh';
  return withConnection(new Command(firewall))
    .description(`drop packets from and to banned addresses by ${firewall}, as the node decides it`)
    .option('--dry-run', `print the commands for ${taker} instead of running them`)
    .option('--clear', 'remove everything that was put in force, and end')
    .option(nameOption, nameMeans, 'aegis')
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
  sudo aegis enforce ${firewall}
  sudo aegis enforce ${firewall} --protect 198.51.100.0/24,2001:db8::/32
  aegis enforce ${firewall} --dry-run
  sudo aegis enforce ${firewall} --clear`,
    )
    .action((options: FirewallOptions) => {
      const wish = { ...options, firewall, named: options.table ?? options.name ?? 'aegis' };
      return options.clear === true ? clear(context, wish) : enforce(context, wish);
    });
}

async function enforce(context: CommandContext, options: Wish): Promise<void> {
  const { clock, signal, terminal } = context;
  const { firewall, named } = options;
  const output = outputFor(terminal, options);
  const { log, masking } = nodeConfig(context, options);
  const logger = createLogger({ ...log, masker: maskerFor(masking, 'logs') });
  const client = connect(context, options);
  const remote = new RemoteDecisions({ follow: client.followDecisions, clock, random: secureRandom, logger });
  await remote.start();
  const protectedNow = (): readonly Prefix[] => [
    ...ALWAYS_PROTECTED,
    ...addressesOf(networkInterfaces()),
    ...options.protect,
  ];
  let known = protectedNow();
  const { filter, by } = open(context, options, known);
  const enforcement = new Enforcement({
    enforcer: filter,
    bus: remote.bus,
    inForce: () => remote.inForce(),
    // The node tells only of what its policy lets enforcers have.
    enforces: () => true,
    random: secureRandom,
    logger,
  });
  const addresses = timer(
    'own addresses',
    ADDRESSES_MS,
    async () => {
      const now = protectedNow();
      if (now.join() === known.join()) return;
      await filter.protect(now);
      known = now;
    },
    logger,
  );
  try {
    await enforcement.start();
    if (enforcement.trouble !== '')
      throw new CommandError(EXIT_CODES.failed, 'cannot_enforce', enforcement.trouble, mend(firewall));
    await addresses.start();
    const count = [...remote.inForce()].length;
    output.note(
      `enforcing with ${by}, ${placeOf(firewall, named)}: ${count} decisions in force. Ctrl-C ends it.`,
    );
    await untilAborted(signal);
    const counts = await filter.packets().catch(() => NO_PACKETS);
    if (counts.seen > 0)
      output.note(`${formatCount(counts.blocked)} of ${formatCount(counts.seen)} packets were dropped`);
  } finally {
    await addresses.stop();
    await enforcement.stop();
    await remote.stop();
  }
  output.note('ended; what is banned stays so until it expires (--clear removes it now)');
}

async function clear(context: CommandContext, options: Wish): Promise<void> {
  const { firewall, named } = options;
  const { filter } = open(context, options, []);
  try {
    await filter.clear();
  } catch (error) {
    throw new CommandError(EXIT_CODES.failed, 'cannot_enforce', (error as Error).message, mend(firewall));
  } finally {
    await filter.close();
  }
  const place = placeOf(firewall, named);
  outputFor(context.terminal, options).answer(
    { cleared: firewall === 'nftables' ? `inet ${named}` : named },
    () => [`nothing is enforced any more: ${place} ${firewall === 'nftables' ? 'is' : 'are'} gone`],
  );
}

function open(
  { clock, terminal }: CommandContext,
  { firewall, named, dryRun }: Wish,
  protectedPrefixes: readonly Prefix[],
): ReturnType<typeof openPacketFilter> {
  const tell = (commands: string): void => {
    terminal.stdout.write(commands);
  };
  const wish = { firewall, name: named, clock, protectedPrefixes };
  return openPacketFilter(dryRun === true ? { ...wish, dryRun: tell } : wish);
}

function mend(firewall: Firewall): readonly string[] {
  return [
    'it needs root or CAP_NET_ADMIN: run it with sudo, or as a service with AmbientCapabilities=CAP_NET_ADMIN',
    `see what it would do without: aegis enforce ${firewall} --dry-run`,
  ];
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
