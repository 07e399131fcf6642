import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithReal, type RedisServer, startRedis } from '@aegis/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../harness/aegis-process.ts';
import { plainEnvironment, runProgram } from '../harness/run-program.ts';
import { storedSessions } from '../harness/stored-sessions.ts';
import { type RunningWorker, startWorker } from '../harness/worker-process.ts';
import { commandsOf } from './code-blocks.ts';

const commands = commandsOf(readFileSync(join(ROOT, 'docs', 'analytics-worker.md'), 'utf8'));

describeWithReal('redis', 'the commands of docs/analytics-worker.md', () => {
  let redis: RedisServer;
  let folder: string;
  let worker: RunningWorker | undefined;
  beforeAll(async () => {
    redis = await startRedis();
    folder = mkdtempSync(join(tmpdir(), 'aegis-worker-'));
  });
  afterAll(async () => {
    await worker?.stop();
    await redis.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(commands.map((each) => [`line ${each.line}: ${each.command}`, each] as const))(
    '%s',
    async (_, { command, background }) => {
      if (background) {
        expect(command).toBe(
          'REDIS_HOST=127.0.0.1 CONSUMER_NAME=worker-1 aegis worker --data-dir ./shared-data',
        );
        const dataDir = join(folder, 'shared-data');
        worker = await startWorker({ dataDir, redis, env: { CONSUMER_NAME: 'worker-1' } });
        return;
      }
      const { PATH = '', ...env } = plainEnvironment();
      const path = `${join(ROOT, 'node_modules', '.bin')}:${PATH}`;
      const here = command.replace('-p 6379', `-p ${redis.port}`);
      const { code, stdout, stderr } = await runProgram(['sh', '-c', here], {
        cwd: folder,
        env: { ...env, PATH: path, REDIS_PORT: String(redis.port) },
      });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      if (command.endsWith('stream dead')) expect(stdout).toContain('{"half":');
    },
  );

  test('have stored what they handed in', () => {
    const ids = storedSessions(join(folder, 'shared-data')).map(({ sess_uuid: id }) => id);
    expect(ids.toSorted()).toEqual(['a-1', 'a-2']);
  });
});
