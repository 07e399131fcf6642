import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';

/** A host in a network of its own: a network namespace on a bridge. */
export interface NetworkHost {
  /** Of the network namespace. */
  readonly namespace: string;
  readonly addresses: readonly string[];
  /** `['ip', 'netns', 'exec', NAME, …words]`: what runs it there. */
  inside<W extends readonly string[]>(...words: W): readonly ['ip', 'netns', 'exec', string, ...W];
  /** Runs a program there and waits: its standard output. Throws where it fails. */
  run(program: string, ...words: readonly string[]): Promise<string>;
}

export interface Network {
  /** With these addresses, written with their prefix length: `10.77.0.2/24`, `2001:db8::2/64`. The first is its own. */
  host(...addresses: readonly string[]): NetworkHost;
  /** Removes all of it. */
  remove(): void;
}

/** A network apart from the machine's, for tests of what crosses one. Needs root and `ip`. */
export function createNetwork(): Network {
  const tag = `aegis${randomBytes(3).toString('hex')}`;
  const namespaces: string[] = [];
  const ip = (...words: readonly string[]): void => void execFileSync('ip', words);
  const namespace = (name: string): string => {
    ip('netns', 'add', name);
    namespaces.push(name);
    ip('-n', name, 'link', 'set', 'lo', 'up');
    return name;
  };
  const middle = namespace(`${tag}-sw`);
  ip('-n', middle, 'link', 'add', 'br0', 'type', 'bridge');
  ip('-n', middle, 'link', 'set', 'br0', 'up');
  return {
    host(...addresses) {
      const number = namespaces.length;
      const name = namespace(`${tag}-${number}`);
      ip('-n', middle, 'link', 'add', `p${number}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
      ip('-n', middle, 'link', 'set', `p${number}`, 'master', 'br0', 'up');
      // Duplicate address detection would make IPv6 addresses unusable for a second.
      execFileSync('ip', ['netns', 'exec', name, 'sysctl', '-qw', 'net.ipv6.conf.eth0.accept_dad=0']);
      for (const address of addresses) ip('-n', name, 'addr', 'add', address, 'dev', 'eth0');
      ip('-n', name, 'link', 'set', 'eth0', 'up');
      const inside: NetworkHost['inside'] = (...words) => ['ip', 'netns', 'exec', name, ...words] as const;
      return {
        namespace: name,
        addresses: addresses.map((address) => address.split('/')[0] as string),
        inside,
        run: (program, ...words) => output(inside(program, ...words)),
      };
    },
    remove() {
      for (const name of namespaces.splice(0).reverse()) spawnSync('ip', ['netns', 'del', name]);
    },
  };
}

function output([program, ...words]: readonly [string, ...string[]]): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  child.once('error', reject);
  child.once('close', (code) =>
    code === 0 ? resolve(printed) : reject(new Error(`${words.join(' ')} ended with ${code}: ${complaint}`)),
  );
  return promise;
}
