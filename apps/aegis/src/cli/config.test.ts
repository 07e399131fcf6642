import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, expect, test } from 'vitest';
import { configCommand } from './config.ts';
import { runProgram } from './frame/run-program.ts';
import { testSurroundings } from './frame/test-surroundings.ts';

const cwd = mkdtempSync(join(tmpdir(), 'aegis-config-'));
afterAll(() => rmSync(cwd, { recursive: true }));
writeFileSync(join(cwd, 'good.yaml'), 'http:\n  port: 9000\n');
writeFileSync(join(cwd, 'bad.yaml'), 'http:\n  prot: 9000\n  host: [a]\n');

async function aegis(words: string, env: Record<string, string> = {}) {
  const surroundings = testSurroundings({ cwd, env });
  const code = await runProgram(
    (context) => new Command('aegis').addCommand(configCommand(context)),
    words.split(' '),
    surroundings,
  );
  return { code, output: surroundings.terminal.output(), errors: surroundings.terminal.errors() };
}

test('check says what a good file sets', async () => {
  expect(await aegis('config check good.yaml', { LOG_LEVEL: 'warn', AEGIS_HTPP_PORT: '1' })).toEqual({
    code: 0,
    output: expect.stringMatching(
      /^ok {2}good\.yaml: 1 keys set by the file, 1 by the environment, \d+ in all\n$/,
    ),
    errors: 'warning: AEGIS_HTPP_PORT is set but names no setting; did you mean AEGIS_HTTP_PORT?\n',
  });
});

test('check tells every error of a bad one and ends with 2', async () => {
  expect(await aegis('config check bad.yaml')).toEqual({
    code: 2,
    output: '',
    errors: `error: the config has 2 errors; nothing was done
  bad.yaml:2:3: http.prot: is no key here; did you mean port?
  bad.yaml:3:9: http.host: expected an address or a host name without a port, such as 127.0.0.1, "::1" or localhost; found a list
`,
  });
  const { output } = await aegis('config check bad.yaml --json');
  expect(JSON.parse(output)).toMatchObject({
    error: { code: 'config_invalid', details: [expect.any(String), expect.any(String)] },
  });
});

test('print shows what is in force, and with --sources where it came from', async () => {
  const plain = await aegis('config print good.yaml', { AEGIS_API_KEY: 's3cr3t' });
  expect(plain.output).toContain('http:\n  host: 127.0.0.1\n  port: 9000\n');
  expect(plain.output).toContain('node:\n  id: test-host\n');
  expect(plain.output).not.toContain('s3cr3t');
  expect((await aegis('config print good.yaml --sources')).output).toContain(
    '  port: 9000  # good.yaml:2:9\n',
  );
  const { config, sources } = JSON.parse((await aegis('config print good.yaml --json --sources')).output);
  expect(config.http.port).toBe(9000);
  expect(sources).toMatchObject({
    'http.port': 'good.yaml:2:9',
    'http.host': 'default',
    'node.id': 'the host name',
  });
});

test('what example prints is a config that passes', async () => {
  const { output } = await aegis('config example');
  writeFileSync(join(cwd, 'example.yaml'), output);
  expect((await aegis('config check example.yaml')).code).toBe(0);
});

test('schema prints JSON, help has examples', async () => {
  expect(JSON.parse((await aegis('config schema')).output).title).toBe('Aegis config');
  expect((await aegis('config --help')).output).toContain('aegis config example > aegis.yaml');
});
