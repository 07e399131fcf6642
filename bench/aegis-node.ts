import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const PROGRAM: string = join(import.meta.dirname, '..', 'apps', 'aegis', 'bin', 'aegis.js');

/** A real `aegis up` in a process of its own, with an empty data directory. */
export interface AegisNode {
  /** `http://127.0.0.1:8411` */
  readonly api: string;
  /** Of the other servers, where they were turned on: `127.0.0.1:8412`, `http://127.0.0.1:8080`. */
  readonly grpc: string;
  readonly crowdsec: string;
  /** Of an administrator. */
  readonly key: string;
  readonly pid: number;
  /** With the key. Throws where it is not answered with 2xx. */
  send(method: string, path: string, body?: string, type?: string): Promise<string>;
  /** Bans of addresses for a day, a line each; resolves when they are in force. */
  ban(addresses: readonly string[]): Promise<void>;
  /** SIGTERM, and removes its data. */
  stop(): Promise<void>;
}

const CHUNK = 100_000;

/** `inside` runs it in a network namespace: `['ip', 'netns', 'exec', 'edge']`. Resolves once it is up. */
export async function startAegisNode(
  env: Readonly<Record<string, string>>,
  inside: readonly string[] = [],
): Promise<AegisNode> {
  const dataDir = mkdtempSync(join(tmpdir(), 'aegis-bench-'));
  const command = [...inside, process.execPath, PROGRAM, 'up', '--json', '--data-dir', dataDir];
  const child: ChildProcess = spawn(command[0] as string, command.slice(1), {
    cwd: tmpdir(),
    env: {
      ...process.env,
      AEGIS_HTTP_PORT: '0',
      AEGIS_DECOY_ENABLED: 'false',
      AEGIS_LOG_LEVEL: 'error',
      AEGIS_DECISIONS_MAX_IN_FORCE: '2000000',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stdout = child.stdout as NodeJS.ReadableStream;
  const [line] = await once(stdout, 'data');
  const facts = JSON.parse(String(line)) as Readonly<Record<string, string>>;
  const key = readFileSync(join(dataDir, 'secrets', 'cli.key'), 'utf8').trim();
  const api = facts.api ?? '';
  const send: AegisNode['send'] = async (method, path, body, type = 'application/json') => {
    const response = await fetch(api + path, {
      method,
      headers: { 'x-api-key': key, ...(body === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} is answered with ${response.status}: ${text}`);
    return text;
  };
  return {
    api,
    grpc: facts.grpc ?? '',
    crowdsec: facts.crowdsec ?? '',
    key,
    pid: child.pid as number,
    send,
    async ban(addresses) {
      for (let at = 0; at < addresses.length; at += CHUNK) {
        const list = addresses.slice(at, at + CHUNK).join('\n');
        await send('POST', '/v1/decisions/import?duration=24h', list, 'text/plain');
      }
    },
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
