import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';
import { commandsOf, type DocumentedCommand } from './code-blocks.ts';

/**
 * Runs the commands of documents in order, each a test of its own, in a folder in which they find what they find in
 * the project, and leave what they leave: a later document meets the node and the data of the one before. `least` is
 * how many commands there are at least.
 */
export function runDocuments(documents: readonly string[], least: number): void {
  const commands = documents.flatMap((document) =>
    commandsOf(readFileSync(join(ROOT, document), 'utf8')).map((each) => ({ ...each, document })),
  );

  beforeAll(async () => {
    for (const name of ['examples', 'node_modules', 'package.json'])
      symlinkSync(join(ROOT, name), join(folder, name));
    ports = { http: await freePort(), decoy: await freePort() };
  });

  afterAll(async () => {
    for (const server of servers) {
      server.kill('SIGTERM');
      await new Promise((resolve) => server.once('exit', resolve));
    }
    rmSync(folder, { recursive: true, force: true });
  });

  test(`${documents.join(' and ')} have the commands this test is about`, () => {
    expect(commands.length).toBeGreaterThan(least);
    expect(commands.some(({ background }) => background)).toBe(true);
  });

  test.each(commands.map((each) => [`${each.document}:${each.line} ${each.command}`, each] as const))(
    '%s',
    async (_, documented) => {
      if (documented.background) await runServer(documented);
      else {
        const { code, output } = await run(documented);
        if (documented.exitCode !== undefined)
          expect({ code, output }).toMatchObject({ code: documented.exitCode });
      }
    },
  );
}

/** Of the documents that a file of tests runs. */
const folder = mkdtempSync(join(tmpdir(), 'aegis-document-'));
const servers: ChildProcess[] = [];
let ports: { readonly http: number; readonly decoy: number };
/** What `KEY=$(...)` lines set, for the lines after them: one shell for all would hide which line failed. */
const variables: Record<string, string> = {};

async function runServer({ command, says }: DocumentedCommand): Promise<void> {
  // `exec`: the signal is to reach the server and not only the shell.
  const server = spawn('sh', ['-c', `exec ${adapted(command)}`], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', says === undefined ? 'ignore' : 'pipe', 'ignore'],
  });
  servers.push(server);
  let output = '';
  server.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await eventually(says === undefined ? 'the node answers' : `it says ${says}`, async () => {
    if (server.exitCode !== null) throw new Error(`it ended with ${server.exitCode}`);
    if (says !== undefined) return output.includes(says) ? true : undefined;
    const response = await fetch(`http://127.0.0.1:${ports.http}/health/ready`).catch(() => undefined);
    return response?.ok === true ? true : undefined;
  });
}

async function run({
  command,
}: DocumentedCommand): Promise<{ readonly code: number; readonly output: string }> {
  const assignment = /^(\w+)=(\$\(.*\))$/.exec(command);
  const script = assignment === null ? command : `printf %s "${assignment[2]}"`;
  const child = spawn('sh', ['-c', adapted(script)], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const code = await new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? -1)));
  if (assignment !== null) {
    expect(stdout).not.toBe('');
    variables[assignment[1] as string] = stdout;
  }
  return { code, output };
}

/** The same command on ports that are free here. `npx aegis` is the program that npm has linked. */
function adapted(command: string): string {
  return command
    .replaceAll('127.0.0.1:8411', `127.0.0.1:${ports.http}`)
    .replaceAll('npx aegis', 'node_modules/.bin/aegis');
}

function environment(): Record<string, string> {
  const { HOME = '', PATH = '' } = process.env;
  return {
    HOME,
    PATH: `${join(ROOT, 'node_modules', '.bin')}:${PATH}`,
    NO_COLOR: '1',
    AEGIS_HTTP_PORT: String(ports.http),
    AEGIS_DECOY_PORT: String(ports.decoy),
    ...variables,
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
