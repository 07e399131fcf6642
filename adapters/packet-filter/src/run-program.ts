import { spawn } from 'node:child_process';

/** A program with its words: `['ip', 'netns', 'exec', 'edge', 'nft']` runs it elsewhere. */
export type ProgramCommand = readonly [program: string, ...words: string[]];

/** What an error message may hold of the commands it is about. */
const MOST_SAID = 2000;

/** Runs it once with this on its standard input: what it prints. Rejects with what it complains of. */
export function runProgram(
  [program, ...words]: ProgramCommand,
  input: string,
  debian: string,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  const complaint: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complaint.push(chunk));
  child.once('error', (error: NodeJS.ErrnoException) =>
    reject(
      error.code === 'ENOENT' ? new Error(`${program} is not installed: apt-get install ${debian}`) : error,
    ),
  );
  child.once('close', (code) => {
    if (code === 0) resolve(Buffer.concat(output).toString());
    else
      reject(
        new Error(Buffer.concat(complaint).toString().slice(0, MOST_SAID) || `${program} ended with ${code}`),
      );
  });
  // It may end before it has read everything; why comes with its exit.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return promise;
}
