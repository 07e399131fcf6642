import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aegis, startAegis } from '../harness/aegis-process.ts';
import { jsonDocument } from '../harness/json-document.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function configFile(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('aegis config', () => {
  test('check tells every error at once, with file, line, key and what would be right', async () => {
    const file = configFile(
      'wrong.yaml',
      'http:\n  port: 99999\n  prot: 1\ndecoy:\n  sessions:\n    idle: soon\nlog:\n  level: loud\n',
    );
    const { code, stdout, stderr } = await aegis(['config', 'check', file]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('error: the config has 4 errors; nothing was done');
    for (const [line, key, right] of [
      [2, 'http.port', '65535'],
      [3, 'http.prot', 'port'],
      [6, 'decoy.sessions.idle', '75s'],
      [8, 'log.level', 'info'],
    ]) {
      const told = stderr.split('\n').find((each) => each.includes(`${file}:${line}`));
      expect(told, `line ${line}\n${stderr}`).toContain(key);
      expect(told).toContain(right);
    }
    const json = await aegis(['config', 'check', file, '--json']);
    expect(json.code).toBe(2);
    expect(jsonDocument<{ error: { details: unknown } }>(json.stdout).error.details).toHaveLength(4);
  });

  test('a node does not start with a wrong config, and says the same', async () => {
    const file = configFile('wrong-too.yaml', 'http:\n  prot: 1\n');
    const { code, stdout, stderr } = await aegis(['up', '-c', file, '--data-dir', join(folder, 'never')]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`${file}:2`);
  });

  test('broken YAML is told with its place', async () => {
    const file = configFile('broken.yaml', 'http:\n  port: [1\n');
    const { code, stderr } = await aegis(['config', 'check', file]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/broken\.yaml:[23]/);
  });

  test('what example prints is a valid file, and print tells values and where they came from', async () => {
    const example = await aegis(['config', 'example']);
    expect(example.code).toBe(0);
    const file = configFile('example.yaml', `${example.stdout}\npreset: production\n`);
    expect((await aegis(['config', 'check', file])).stdout).toMatch(/^ok {2}/);
    const env = { AEGIS_HTTP_PORT: '9999', DATA_DIR: '/srv/aegis' };
    const printed = await aegis(['config', 'print', file, '--sources'], { env });
    expect(printed.stdout).toMatch(/port: 9999.*AEGIS_HTTP_PORT/);
    expect(printed.stdout).toMatch(/data_dir: \/srv\/aegis.*DATA_DIR/);
    expect(printed.stdout).toMatch(/preset: production.*example\.yaml:\d+/);
    const json = await aegis(['config', 'print', file, '--json'], { env });
    expect(jsonDocument(json.stdout)).toMatchObject({ config: { http: { port: 9_999 } } });
  });

  test('schema is a JSON Schema that knows every section', async () => {
    const { code, stdout } = await aegis(['config', 'schema']);
    expect(code).toBe(0);
    const schema = JSON.parse(stdout) as { $schema: string; properties: Readonly<Record<string, unknown>> };
    expect(schema.$schema).toContain('json-schema.org');
    expect(Object.keys(schema.properties)).toEqual(
      expect.arrayContaining(['data_dir', 'http', 'decoy', 'pipeline', 'decisions', 'log']),
    );
  });
});

interface Health {
  readonly ok: boolean;
  readonly counts: { readonly fail: number };
  readonly findings: readonly {
    readonly check: string;
    readonly level: string;
    readonly what: string;
    readonly mend?: string;
  }[];
}

describe('aegis doctor', () => {
  test('finds a sound place sound: exit code 0', async () => {
    const node = await startAegis();
    const env = {
      AEGIS_DATA_DIR: node.dataDir,
      AEGIS_HTTP_PORT: new URL(node.api).port,
      AEGIS_DECOY_PORT: '0',
    };
    const { code, stdout } = await aegis(['doctor', '--json'], { env, cwd: folder });
    const health = jsonDocument<Health>(stdout);
    expect(health.findings.filter(({ level }) => level === 'fail')).toEqual([]);
    expect({ code, ok: health.ok }).toEqual({ code: 0, ok: true });
    expect(health.findings.length).toBeGreaterThan(10);
    expect(await node.stop()).toBe(0);
  });

  test('finds what is wrong and says the mend: exit code 1', async () => {
    const inTheWay = configFile('a-file', '');
    const env = { AEGIS_DATA_DIR: join(inTheWay, 'data') };
    const { code, stdout } = await aegis(['doctor', '--json'], { env, cwd: folder });
    const { ok, findings } = jsonDocument<Health>(stdout);
    expect({ code, ok }).toEqual({ code: 1, ok: false });
    const failed = findings.filter(({ level }) => level === 'fail');
    expect(failed.map(({ what }) => what).join('\n')).toContain(inTheWay);
    for (const { mend } of failed) expect(mend).toMatch(/\w/);
    const forPeople = await aegis(['doctor'], { env, cwd: folder });
    expect(forPeople).toMatchObject({ code: 1, stdout: expect.stringMatching(/^fail .*\n +mend: /m) });
  });
});

describe('the command line', () => {
  test('version tells what a report of a defect needs', async () => {
    const { stdout } = await aegis(['version', '--json']);
    expect(jsonDocument(stdout)).toEqual({
      aegis: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      node: process.versions.node,
      sqlite: process.versions.sqlite,
      openssl: process.versions.openssl,
      platform: `${process.platform} ${process.arch}`,
    });
    expect((await aegis(['version'])).stdout).toMatch(/^aegis +\d+\.\d+\.\d+$/m);
  });

  test.each([
    [[]],
    [['up']],
    [['check']],
    [['ingest']],
    [['decisions']],
    [['decisions', 'import']],
    [['sessions']],
    [['keys']],
    [['config']],
    [['doctor']],
    [['demo']],
  ])('help of aegis %j goes to standard output', async (words) => {
    const { code, stdout, stderr } = await aegis([...words, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: aegis ${words.join(' ')}`.trim());
    if (words.length < 2) expect(stdout).toMatch(/Examples:|Commands:/);
  });

  test.each([
    [['bann']],
    [['check']],
    [['check', '192.0.2.1', '--explian']],
    [['decisions', 'list', '--scope', 'planet']],
    [['keys', 'create', 'x', '--role', 'king']],
  ])('aegis %j is wrong usage: exit code 2, with the way to help', async (words) => {
    const { code, stdout, stderr } = await aegis(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/error: /);
    expect(stderr).toContain('--help');
  });
});
