import { createNetwork, type Network, type NetworkHost, realProgramTest } from '@aegis/testing';
import { afterAll, beforeAll, expect } from 'vitest';
import { PROGRAM, type RunningAegis, spawnAegis, startAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';

let network: Network;
let gateway: NetworkHost;
let client: NetworkHost;
let node: RunningAegis;

beforeAll(async () => {
  network = createNetwork();
  gateway = network.host('10.78.0.1/24', '2001:db8::1/64');
  client = network.host('10.78.0.2/24', '10.78.0.3/24', '2001:db8::2/64');
  node = await startAegis({ inside: gateway.inside() });
});
afterAll(async () => {
  await node?.stop();
  network?.remove();
});

const aegis = (...words: readonly string[]): Promise<string> =>
  gateway.run(process.execPath, PROGRAM, ...words, '--data-dir', node.dataDir);

async function reaches(from: string): Promise<boolean> {
  const to = from.includes(':') ? '2001:db8::1' : '10.78.0.1';
  return client.run('ping', '-c', '3', '-i', '0.2', '-W', '2', '-I', from, to).then(
    () => true,
    () => false,
  );
}

const becomes = (from: string, wanted: boolean): Promise<true> =>
  eventually(`${from} ${wanted ? 'passes' : 'is dropped'}`, async () =>
    (await reaches(from)) === wanted ? true : undefined,
  );

realProgramTest(
  'nft',
  'aegis enforce nftables drops what the node bans, and lets go what it lifts',
  async () => {
    await aegis('decisions', 'add', '10.78.0.2', '--reason', 'banned before the enforcer came');
    expect(await reaches('10.78.0.2')).toBe(true);
    const enforcer = spawnAegis(['enforce', 'nftables', '--data-dir', node.dataDir], {
      inside: gateway.inside(),
    });
    await becomes('10.78.0.2', false);
    expect(await reaches('10.78.0.3')).toBe(true);

    await aegis('decisions', 'add', '10.78.0.3', '2001:db8::2', '--reason', 'more');
    await becomes('10.78.0.3', false);
    await becomes('2001:db8::2', false);
    await aegis('decisions', 'delete', '10.78.0.2');
    await becomes('10.78.0.2', true);

    await aegis('decisions', 'add', '10.78.0.2', '--duration', '2s', '--reason', 'a short one');
    await becomes('10.78.0.2', false);
    enforcer.kill('SIGKILL');
    await becomes('10.78.0.2', true);
    expect(await reaches('10.78.0.3')).toBe(false);

    expect(await aegis('enforce', 'nftables', '--clear')).toContain('nothing is enforced any more');
    expect(await reaches('10.78.0.3')).toBe(true);
    expect((await gateway.run('nft', 'list', 'tables')).trim()).toBe('');
  },
);

realProgramTest(
  'nft',
  'aegis enforce nftables --dry-run prints commands that nft takes, and changes nothing',
  async () => {
    await aegis('decisions', 'add', '10.78.0.2', '--reason', 'dry');
    const dry = spawnAegis(['enforce', 'nftables', '--dry-run', '--data-dir', node.dataDir], {
      inside: gateway.inside(),
    });
    let printed = '';
    dry.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    await eventually('the ban is printed', async () =>
      printed.includes('10.78.0.2 timeout') ? true : undefined,
    );
    dry.kill('SIGINT');
    expect(await reaches('10.78.0.2')).toBe(true);
    expect((await gateway.run('nft', 'list', 'tables')).trim()).toBe('');
    await gateway.run('sh', '-c', `printf %s "$1" | nft -f -`, 'sh', printed);
    expect(await reaches('10.78.0.2')).toBe(false);
  },
);
