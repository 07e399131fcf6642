import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithReal, type RedisServer, startRedis } from '@aegis/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';
import { connected } from '../harness/mesh-scene.ts';
import { type ProgramResult, plainEnvironment, runProgram } from '../harness/run-program.ts';
import { commandsOf } from './code-blocks.ts';

const commands = commandsOf(readFileSync(join(ROOT, 'docs', 'mesh.md'), 'utf8'));

describeWithReal('redis', 'the commands of docs/mesh.md', () => {
  let redis: RedisServer;
  let folder: string;
  const nodes: RunningAegis[] = [];
  beforeAll(async () => {
    redis = await startRedis();
    folder = mkdtempSync(join(tmpdir(), 'aegis-mesh-doc-'));
  });
  afterAll(async () => {
    for (const node of nodes) await node.stop();
    await redis.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('are those this test is about', () => {
    expect(commands.filter(({ background }) => background)).toHaveLength(2);
    expect(commands.length).toBeGreaterThan(10);
  });

  test.each(commands.map((each) => [`line ${each.line}: ${each.command}`, each] as const))(
    '%s',
    async (_, { command, background, exitCode }) => {
      const here = command.replaceAll('127.0.0.1:6379', `127.0.0.1:${redis.port}`);
      if (background) {
        nodes.push(await startAegis(nodeOf(here, folder)));
        for (const node of nodes) await connected(node, nodes.length);
        return;
      }
      const { PATH = '', ...env } = plainEnvironment();
      const path = `${join(ROOT, 'node_modules', '.bin')}:${PATH}`;
      const run = (): Promise<ProgramResult> =>
        runProgram(['sh', '-c', here], { cwd: folder, env: { ...env, PATH: path } });
      // Moments later, says the document; on a busy machine they are longer.
      if (command.startsWith('aegis check'))
        await eventually(`exit code ${exitCode}`, async () => (await run()).code === exitCode || undefined);
      else {
        const result = await run();
        if (exitCode !== undefined) expect(result).toMatchObject({ code: exitCode });
        if (command.includes('mesh nodes')) expect(result.stdout).toMatch(/^edge-2 +paris +online/m);
      }
    },
  );
});

/** From a line such as `NODE_ID=a … aegis up --data-dir ./a`. */
function nodeOf(command: string, folder: string): Parameters<typeof startAegis>[0] {
  const [, settings = '', dataDir = ''] = /^((?:\w+=\S+ )+)aegis up --data-dir (\S+)$/.exec(command) ?? [];
  expect(dataDir).not.toBe('');
  const env = Object.fromEntries(
    settings
      .trim()
      .split(' ')
      .map((each) => each.split('=', 2) as [string, string]),
  );
  return { cwd: folder, dataDir: join(folder, dataDir), env };
}
