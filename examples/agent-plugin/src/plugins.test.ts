import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { runPlugin } from '@aegis/agent-plugin';
import { expect, test, vi } from 'vitest';
import { diskFull } from './disk-full.ts';

const START = { type: 'start', name: 'test', state: null };

/** What a plugin says, and how it ends. */
function play(settings: unknown): {
  readonly said: Record<string, unknown>[];
  readonly input: PassThrough;
  readonly ended: Promise<number>;
} {
  const input = new PassThrough();
  const said: Record<string, unknown>[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<number>();
  const write = (line: string): void => void said.push(JSON.parse(line) as Record<string, unknown>);
  void runPlugin(diskFull, { input, write, exit: resolve });
  input.write(`${JSON.stringify({ ...START, settings })}\n`);
  return { said, input, ended };
}

test('it tells a disk that is fuller than it may be, and ends when it is told to', async () => {
  const { said, input, ended } = play({ percent: 0 });
  await vi.waitFor(() => expect(said).toHaveLength(3), 10_000);
  expect(said[0]).toEqual({ type: 'ready' });
  expect(said[1]).toMatchObject({ type: 'health', healthy: false });
  expect(said[2]).toMatchObject({ type: 'finding', finding: { about: 'disk_full', data: { path: '/' } } });
  input.write('{"type":"stop"}\n');
  expect(await ended).toBe(0);
});

test('settings out of their range are refused by name', async () => {
  const { said, ended } = play({ percent: 101 });
  expect(await ended).toBe(1);
  expect(said).toEqual([{ type: 'refused', error: expect.stringMatching(/^percent: /) }]);
});

test('an agent that is gone, without a word, ends it too', async () => {
  const { said, input, ended } = play({});
  await vi.waitFor(() => expect(said.length).toBeGreaterThan(1), 10_000);
  input.destroy();
  expect(await ended).toBe(0);
});

test('the one in shell says that it is ready, and how it is', async () => {
  const child = spawn('/bin/sh', [join(import.meta.dirname, 'new-users.sh')], { detached: true });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stdin.write(`${JSON.stringify({ ...START, settings: {} })}\n`);
  await vi.waitFor(() => expect(output.split('\n')).toHaveLength(3), 10_000);
  const lines = output.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { type: 'ready' },
    { type: 'health', healthy: true, text: expect.stringMatching(/^\d+ accounts$/) },
  ]);
  const ended = once(child, 'exit');
  process.kill(-(child.pid as number), 'SIGTERM');
  await ended;
});
