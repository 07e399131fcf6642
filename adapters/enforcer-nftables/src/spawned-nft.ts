import { spawn } from 'node:child_process';
import type { Nft } from './nft.ts';

/** What an error message may hold of the commands it is about. */
const MOST_SAID = 2000;

/** The program `nft`, started anew for each transaction: 4 to 20 ms. Where libnftables is missing. */
export function createSpawnedNft(command: Command = ['nft']): Nft {
  return { name: command.join(' '), run: (commands) => runOnce(command, commands), close() {} };
}

/** A program with its first words: `['ip', 'netns', 'exec', 'edge', 'nft']` runs it elsewhere. */
export type Command = readonly [program: string, ...words: string[]];

function runOnce([program, ...words]: Command, commands: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(program, [...words, '-f', '-'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  const complaint: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complaint.push(chunk));
  child.once('error', (error: NodeJS.ErrnoException) =>
    reject(
      error.code === 'ENOENT' ? new Error(`${program} is not installed: apt-get install nftables`) : error,
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
  child.stdin.end(commands);
  return promise;
}
