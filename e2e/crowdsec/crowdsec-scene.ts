import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNetwork, type NetworkHost } from '@aegis/testing';
import { PROGRAM, startAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';

/** A node that speaks CrowdSec's protocol on port 8080 of a machine of its own, and a client machine. */
export interface CrowdsecScene {
  readonly gateway: NetworkHost;
  /** For files of the programs. */
  readonly folder: string;
  /** Of a bouncer. */
  readonly key: string;
  /** Runs `aegis` on the machine of the node. */
  aegis(...words: readonly string[]): Promise<string>;
  /** Starts a program there, until `remove`; its output is collected. */
  start(command: readonly [string, ...string[]]): { readonly output: () => string };
  /** Waits until packets of the client from this address come through, or no longer do. */
  reaches(from: string, wanted: boolean): Promise<true>;
  remove(): Promise<void>;
}

export async function openCrowdsecScene(): Promise<CrowdsecScene> {
  const network = createNetwork();
  const gateway = network.host('10.80.0.1/24');
  const client = network.host('10.80.0.2/24', '10.80.0.3/24');
  const folder = mkdtempSync(join(tmpdir(), 'aegis-crowdsec-'));
  const children: ChildProcess[] = [];
  const node = await startAegis({ inside: gateway.inside(), env: { AEGIS_CROWDSEC_ENABLED: 'true' } });
  const aegis = (...words: readonly string[]): Promise<string> =>
    gateway.run(process.execPath, PROGRAM, ...words, '--data-dir', node.dataDir);
  const created = await aegis('keys', 'create', 'bouncer', '--role', 'enforcer', '--json');
  return {
    gateway,
    folder,
    key: (JSON.parse(created) as { key: string }).key,
    aegis,
    start(command) {
      const [program, ...words] = gateway.inside(...command);
      const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
      children.push(child);
      let text = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
      return { output: () => text };
    },
    reaches: (from, wanted) =>
      eventually(`${from} ${wanted ? 'comes through' : 'is dropped'}`, async () => {
        const reached = await client.run('ping', '-c', '1', '-W', '1', '-I', from, '10.80.0.1').then(
          () => true,
          () => false,
        );
        return reached === wanted ? true : undefined;
      }),
    async remove() {
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      await node.stop();
      network.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
