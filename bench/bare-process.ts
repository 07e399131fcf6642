import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Runs a server of this folder, which prints its port, in a process of its own for as long as `body` takes. */
export async function bareProcess<T>(
  script: string,
  body: (port: number, pid: number) => Promise<T>,
): Promise<T> {
  const child = spawn(process.execPath, [join(import.meta.dirname, script)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  try {
    const [line] = await once(child.stdout, 'data');
    return await body(Number(String(line)), child.pid as number);
  } finally {
    child.kill('SIGTERM');
    await gone;
  }
}
