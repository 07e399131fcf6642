import { runDocument } from './run-document.ts';

runDocument('README.md', 10);
/** A folder in which the README's commands find what they find in the project, and leave what they leave. */
const folder = mkdtempSync(join(tmpdir(), 'aegis-readme-'));
/** In this order, on one node: what the README has taken in the others look at. */
const DOCUMENTS = ['README.md', 'docs/sessions-and-exports.md'];
const commands = DOCUMENTS.flatMap((document) =>
  commandsOf(readFileSync(join(ROOT, document), 'utf8')).map((each) => ({ ...each, document })),
);
const servers: ChildProcess[] = [];
let ports: { readonly http: number; readonly decoy: number };
/** What `KEY=$(...)` lines set, for the lines after them: one shell for all would hide which line failed. */
const variables: Record<string, string> = {};

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

test('the README has the commands this test is about', () => {
  expect(commands.length).toBeGreaterThan(10);
  expect(commands.some(({ background }) => background)).toBe(true);
});

test.each(commands.map((each) => [`${each.document} line ${each.line}: ${each.command}`, each] as const))(
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

async function runServer({ command }: DocumentedCommand): Promise<void> {
  // `exec`: the signal is to reach the server and not only the shell.
  const server = spawn('sh', ['-c', `exec ${adapted(command)}`], {
    cwd: folder,
    env: environment(),
    stdio: 'ignore',
  });
  servers.push(server);
  await eventually('the node answers', async () => {
    if (server.exitCode !== null) throw new Error(`it ended with ${server.exitCode}`);
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
