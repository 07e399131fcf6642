import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Runs a script of this folder in a process of its own: JSON on its standard input, JSON on its output. */
export async function runChild<T>(
  script: string,
  input: unknown,
  inside: readonly string[] = [],
): Promise<T> {
  const command = [...inside, process.execPath, join(import.meta.dirname, script)];
  const child = spawn(command[0] as string, command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  child.stdin.end(JSON.stringify(input));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${script} ended with ${String(code)}`);
  return JSON.parse(text) as T;
}
