import { AegisError } from '@aegis/model';
import { outputOf, runCommand } from './run-command.ts';
import { SITE_ADDRESS } from './visit.ts';

const SITE_ADDRESS_6 = '2001:db8::80';
const ROUTER = 'fe80::1';

/** A network of one client: its address at one end of a cable, the decoy at the other, nothing else. */
export interface ClientNamespace {
  /** The command line that runs another one there. */
  readonly inside: (command: readonly string[]) => readonly string[];
  /** Ends what still runs there, too. */
  remove(): Promise<void>;
}

async function ip(...words: readonly string[]): Promise<void> {
  const code = await runCommand(['ip', ...words], 10, '/');
  if (code !== 0) throw new AegisError('namespace_failed', `ip ${words.join(' ')} ended with ${code}`);
}

export async function addClientNamespace(
  name: string,
  address: string,
  work: string,
): Promise<ClientNamespace> {
  const cable = `v${name}`;
  await ip('netns', 'add', name);
  await ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
  await ip('link', 'set', cable, 'up');
  await ip('-n', name, 'link', 'set', 'lo', 'up');
  await ip('-n', name, 'link', 'set', 'eth0', 'up');
  const isIPv6 = address.includes(':');
  if (isIPv6) {
    await ip('address', 'add', `${ROUTER}/64`, 'dev', cable, 'nodad');
    await ip('-6', 'route', 'add', `${address}/128`, 'dev', cable);
    await ip('-n', name, 'address', 'add', `${address}/128`, 'dev', 'eth0', 'nodad');
    const route = [`${SITE_ADDRESS_6}/128`, 'via', ROUTER, 'dev', 'eth0', 'src', address];
    await ip('-n', name, '-6', 'route', 'add', ...route);
  } else {
    await ip('route', 'add', `${address}/32`, 'dev', cable);
    await ip('-n', name, 'address', 'add', `${address}/32`, 'dev', 'eth0');
    await ip('-n', name, 'route', 'add', `${SITE_ADDRESS}/32`, 'dev', 'eth0');
  }
  const enter = ['nsenter', `--net=/run/netns/${name}`];
  const names6 = [
    'unshare',
    '--mount',
    'sh',
    '-c',
    'mount --bind "$0" /etc/hosts && exec "$@"',
    `${work}/hosts6`,
  ];
  return {
    inside: (command) => (isIPv6 ? [...enter, ...names6, ...command] : [...enter, ...command]),
    async remove() {
      const left = await outputOf(['ip', 'netns', 'pids', name]);
      for (const pid of left.split('\n').filter(Boolean)) await runCommand(['kill', '-9', pid], 5, '/');
      await ip('link', 'delete', cable);
      await ip('netns', 'delete', name);
    },
  };
}
