import { spawn } from 'node:child_process';

/** Runs it to its end, which comes after `seconds` at the latest; tells its exit code, 124 when it was late. */
export function runCommand(command: readonly string[], seconds: number, cwd: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('timeout', ['-k', '2', String(seconds), ...command], { stdio: 'ignore', cwd });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** What a program prints. */
export function outputOf(command: readonly string[]): Promise<string> {
  const [program = 'true', ...rest] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    child.once('error', reject);
    child.once('close', () => resolve(text));
  });
}
