import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createNetwork, realProgramTest } from '@aegis/testing';
import { expect } from 'vitest';
import { PROGRAM, spawnAegis, startAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';

realProgramTest(
  'nft',
  'a node enforces its own decisions by nftables, and lets go what is protected',
  async () => {
    const network = createNetwork();
    const gateway = network.host('10.78.0.1/24', '2001:db8::1/64');
    const client = network.host('10.78.0.2/24', '10.78.0.3/24', '2001:db8::2/64');
    const env = {
      AEGIS_ENFORCE_NFTABLES_ENABLED: 'true',
      AEGIS_ENFORCE_PROTECT: '10.78.0.3',
    };
    const node = await startAegis({ inside: gateway.inside(), env });
    const aegis = (...words: readonly string[]): Promise<string> =>
      gateway.run(process.execPath, PROGRAM, ...words, '--data-dir', node.dataDir);
    const reaches = (from: string): Promise<boolean> => {
      const to = from.includes(':') ? '2001:db8::1' : '10.78.0.1';
      return client.run('ping', '-c', '3', '-i', '0.2', '-W', '2', '-I', from, to).then(
        () => true,
        () => false,
      );
    };
    const becomes = (from: string, wanted: boolean): Promise<true> =>
      eventually(`${from} ${wanted ? 'passes' : 'is dropped'}`, async () =>
        (await reaches(from)) === wanted ? true : undefined,
      );
    const metrics = (): Promise<string> =>
      gateway.run('curl', '-s', '-H', `X-Api-Key: ${node.key}`, `${node.api}/metrics`);
    try {
      await becomes('10.78.0.2', true);
      await aegis('decisions', 'add', '10.78.0.2', '10.78.0.3', '2001:db8::2', '--reason', 'test');
      await becomes('10.78.0.2', false);
      await becomes('2001:db8::2', false);
      expect(await reaches('10.78.0.3')).toBe(true);
      expect(await metrics()).toMatch(
        /aegis_enforcer_changes_total\{enforcer="nftables",kind="enforce"\} [1-9]/,
      );
      expect(await metrics()).toMatch(/^aegis_packets_total [1-9]/m);
      expect(await metrics()).toMatch(/^aegis_packets_blocked [1-9]/m);
      await aegis('decisions', 'delete', '2001:db8::2');
      await becomes('2001:db8::2', true);

      // Decided before the address became protected.
      const policy = join(node.dataDir, 'protect.json');
      const shown = JSON.parse(await aegis('policy', 'show', '--json')) as { policy: object };
      writeFileSync(policy, JSON.stringify({ ...shown.policy, protected: ['10.78.0.2'] }));
      await aegis('policy', 'apply', policy, '--reason', 'ours', '--force');
      await becomes('10.78.0.2', true);
    } finally {
      await node.kill();
      rmSync(node.dataDir, { recursive: true, force: true });
      network.remove();
    }
  },
);

realProgramTest('ipset', 'aegis enforce ipset drops what the node bans, and --clear ends it', async () => {
  const network = createNetwork();
  const gateway = network.host('10.78.0.1/24');
  const client = network.host('10.78.0.2/24');
  const node = await startAegis({ inside: gateway.inside() });
  const aegis = (...words: readonly string[]): Promise<string> =>
    gateway.run(process.execPath, PROGRAM, ...words, '--data-dir', node.dataDir);
  const becomes = (wanted: boolean): Promise<true> =>
    eventually(wanted ? 'it passes' : 'it is dropped', async () => {
      const passes = await client.run('ping', '-c', '3', '-i', '0.2', '-W', '2', '10.78.0.1').then(
        () => true,
        () => false,
      );
      return passes === wanted ? true : undefined;
    });
  try {
    const enforcer = spawnAegis(['enforce', 'ipset', '--data-dir', node.dataDir], {
      inside: gateway.inside(),
    });
    await aegis('decisions', 'add', '10.78.0.2', '--reason', 'test');
    await becomes(false);
    enforcer.kill('SIGKILL');
    expect(await aegis('enforce', 'ipset', '--clear')).toContain('nothing is enforced any more');
    await becomes(true);
    expect((await gateway.run('ipset', 'list', '-n')).trim()).toBe('');
  } finally {
    await node.kill();
    rmSync(node.dataDir, { recursive: true, force: true });
    network.remove();
  }
});
