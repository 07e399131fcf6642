import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** The lines that a script wrote before it was killed with -9, so long after the first: what it had acknowledged. */
export async function linesUntilKilled(
  script: string,
  words: readonly string[],
  delayMs: number,
): Promise<readonly string[]> {
  const child = spawn(process.execPath, [script, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const written: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => written.push(line));
  await once(lines, 'line');
  await sleep(delayMs);
  child.kill('SIGKILL');
  await once(lines, 'close');
  return written;
}
