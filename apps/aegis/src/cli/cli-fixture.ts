import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionInput } from '@aegis/model';
import type { Config } from '../config/config.ts';
import { startNodeIn } from '../node/node-fixture.ts';
import type { StartedNode } from '../node/start-node.ts';
import { systemClock } from '../node/system-clock.ts';
import { attack, visit } from '../pipeline/pipeline-fixture.ts';
import type { Surroundings } from './frame/command-context.ts';
import type { ExitCode } from './frame/exit-codes.ts';
import { memoryTerminal } from './frame/memory-terminal.ts';
import { runProgram } from './frame/run-program.ts';
import { testSurroundings } from './frame/test-surroundings.ts';
import { buildProgram } from './program.ts';

/** What a command left behind. */
export interface CommandEnd {
  readonly code: ExitCode;
  readonly output: string;
  readonly errors: string;
  /** The one JSON document on standard output. */
  json(): unknown;
}

export interface CommandOptions extends Partial<Pick<Surroundings, 'env' | 'cwd' | 'signal'>> {
  /** Of the terminal; default 80. */
  readonly columns?: number;
}

/** A node in this process and commands that speak to it, for tests. */
export interface CliFixture {
  readonly node: StartedNode;
  readonly folder: string;
  /** Runs a command on the node's data directory. */
  run(words: readonly string[], options?: CommandOptions): Promise<CommandEnd>;
  /** Writes a file into the folder, which is the current directory of the commands; its path. */
  file(name: string, content: string | Uint8Array): string;
  /** Takes sessions in and waits until they are analysed. */
  analyse(...sessions: readonly SessionInput[]): Promise<void>;
  close(): Promise<void>;
}

/** With the default config, and these changes. */
export async function startCli(config: Partial<Config> = {}): Promise<CliFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-cli-'));
  const dataDir = join(folder, 'data');
  const node = await startNodeIn(dataDir, { config });
  return {
    node,
    folder,
    run: (words, options = {}) => runCommand([...words, '--data-dir', dataDir], { cwd: folder, ...options }),
    file(name, content) {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    },
    async analyse(...sessions) {
      await node.services.intake.accept(sessions);
      for (;;) {
        const { waiting, pending } = await node.services.intake.backlog();
        if (waiting + pending === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async close() {
      await node.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs a command line in this process. */
export async function runCommand(
  words: readonly string[],
  { columns = 80, ...changes }: CommandOptions = {},
): Promise<CommandEnd> {
  const terminal = memoryTerminal({ columns });
  const surroundings = testSurroundings({ terminal, clock: systemClock, ...changes });
  const code = await runProgram(buildProgram, words, surroundings);
  const output = terminal.output();
  return { code, output, errors: terminal.errors(), json: () => JSON.parse(output) as unknown };
}

/** The lines of a text that are wider than 80 cells. */
export function tooWide(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.length > 80);
}

/** As if it had ended just now. */
export function recent(session: SessionInput): SessionInput {
  const at = Date.now() - 5_000;
  const requests = session.requests?.map((request) => ({ ...request, timestamp: at })) ?? [];
  return { ...session, start_time: at, end_time: at + 1_000, requests };
}

export const recentAttack = (n: number): SessionInput => recent(attack(n));
export const recentVisit = (n: number): SessionInput => recent(visit(n));
