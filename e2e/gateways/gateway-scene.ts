import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNetwork, type NetworkHost } from '@aegis/testing';
import { PROGRAM, ROOT, type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';

/** A gateway in a network of its own: a node, an app on port 3000, and room for a proxy on port 8080. */
export interface GatewayScene {
  readonly gateway: NetworkHost;
  readonly node: RunningAegis;
  /** For the proxy's files. */
  readonly folder: string;
  /** Of the role `enforcer`. */
  readonly key: string;
  /** Runs `aegis` on the gateway. */
  aegis(...words: readonly string[]): Promise<string>;
  /** Starts the proxy and waits until it answers. */
  startProxy(command: readonly [string, ...string[]], env?: Readonly<Record<string, string>>): Promise<void>;
  /** What `curl` gets from the proxy as a visitor from this address. */
  visit(from: string, ...curlWords: readonly string[]): Promise<Visit>;
  remove(): Promise<void>;
}

export interface Visit {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The app says what reached it. */
const APP = `require('node:http').createServer((request, response) => {
  response.end(JSON.stringify({ app: 'here', url: request.url, headers: request.headers }));
}).listen(3000, '127.0.0.1')`;

/** Visitors of every scene. */
export const VISITORS = { banned: '10.79.0.2', other: '10.79.0.3', sixth: '2001:db8:79::2' } as const;

/** `settings` are further variables of the node: `AEGIS_GRPC_ENABLED`. */
export async function openGateway(settings: Readonly<Record<string, string>> = {}): Promise<GatewayScene> {
  const network = createNetwork();
  const gateway = network.host('10.79.0.1/24', '2001:db8:79::1/64');
  const visitors = network.host('10.79.0.2/24', '10.79.0.3/24', '2001:db8:79::2/64');
  const folder = mkdtempSync(join(tmpdir(), 'aegis-gateway-'));
  const children: ChildProcess[] = [];
  const start = (
    [program, ...words]: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): ChildProcess => {
    const command = gateway.inside(program as string, ...words);
    const child = spawn(command[0], command.slice(1), {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    children.push(child);
    return child;
  };
  start([process.execPath, '-e', APP]);
  const node = await startAegis({
    inside: gateway.inside(),
    env: { AEGIS_HTTP_PORT: '8411', AEGIS_HTTP_TRUSTED_PROXIES: '127.0.0.1', ...settings },
  });
  const aegis = (...words: readonly string[]): Promise<string> =>
    gateway.run(process.execPath, PROGRAM, ...words, '--data-dir', node.dataDir);
  const { key } = JSON.parse(await aegis('keys', 'create', 'proxy', '--role', 'enforcer', '--json')) as {
    key: string;
  };

  const visit = async (from: string, ...curlWords: readonly string[]): Promise<Visit> => {
    const to = from.includes(':') ? '[2001:db8:79::1]' : '10.79.0.1';
    const words = ['-s', '-g', '-i', '--max-time', '10', '--interface', from, ...curlWords];
    return visitIn(await visitors.run('curl', ...words, `http://${to}:8080/page?x=1`));
  };
  return {
    gateway,
    node,
    folder,
    key,
    aegis,
    async startProxy(command, env) {
      const proxy = start(command, env);
      await eventually('the proxy answers', async () => {
        if (proxy.exitCode !== null) throw new Error(`${command.join(' ')} ended with ${proxy.exitCode}`);
        return visit(VISITORS.other).catch(() => undefined);
      });
    },
    visit,
    async remove() {
      for (const child of children) {
        if (child.exitCode !== null) continue;
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      await node.kill();
      network.remove();
      rmSync(folder, { recursive: true, force: true });
      rmSync(node.dataDir, { recursive: true, force: true });
    },
  };
}

/** A file of the integration as it is shipped. */
export function shipped(name: string): string {
  return readFileSync(join(ROOT, 'integrations', name), 'utf8');
}

function visitIn(text: string): Visit {
  const [head = '', ...body] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(headers),
    body: body.join('\r\n\r\n'),
  };
}
