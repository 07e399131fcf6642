import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

/** A checkout in small: the real launcher, a main that tells what it was given, and perhaps a `node` package. */
const root = mkdtempSync(join(tmpdir(), 'aegis-launcher-'));
afterAll(() => rmSync(root, { recursive: true }));

const MAIN = `
const [word, code]: string[] = process.argv.slice(2);
process.on('SIGTERM', () => { console.log('told to end'); process.exit(7); });
console.log(JSON.stringify({ node: process.versions.node, words: process.argv.slice(2), parent: process.ppid }));
if (word === 'wait') setInterval(() => {}, 1000);
if (word === 'exit') process.exit(Number(code));
if (word === 'die') process.kill(process.pid, 'SIGKILL');
`;

function checkout(name: string, withNode: boolean): string {
  const directory = join(root, name);
  mkdirSync(join(directory, 'bin'), { recursive: true });
  mkdirSync(join(directory, 'src'));
  copyFileSync(join(import.meta.dirname, '..', '..', 'bin', 'aegis.js'), join(directory, 'bin', 'aegis.js'));
  writeFileSync(join(directory, 'src', 'main.ts'), MAIN);
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  if (withNode) {
    const bin = join(directory, 'node_modules', 'node', 'bin');
    mkdirSync(bin, { recursive: true });
    symlinkSync(process.execPath, join(bin, 'node'));
    writeFileSync(
      join(directory, 'node_modules', 'node', 'package.json'),
      '{"name":"node","bin":{"node":"bin/node"}}',
    );
  }
  return join(directory, 'bin', 'aegis.js');
}

const launcher = checkout('complete', true);

/** What makes this Node say that it is an old one, in the process that loads it and not in its children. */
const OLD = [
  '--import',
  `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.19.0'}})`,
];

function run(words: readonly string[], before: readonly string[] = [], file = launcher) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...before, file, ...words], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('on a new enough Node it runs the program in its own process', () => {
  const { status, stdout } = run(['exit', '0']);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ words: ['exit', '0'], parent: process.pid });
});

test('on an older one the installed Node runs it, with the same words and exit code', () => {
  const { status, stdout, stderr } = run(['exit', '5', 'a b', '--json'], OLD);
  expect({ status, stderr }).toEqual({ status: 5, stderr: '' });
  const { node, words, parent } = JSON.parse(stdout);
  expect({ node, words }).toEqual({ node: process.versions.node, words: ['exit', '5', 'a b', '--json'] });
  expect(parent).not.toBe(process.pid);
});

test('a program that was killed ends with 128 and the signal', () => {
  expect(run(['die'], OLD).status).toBe(137);
});

test('signals reach the program, which ends in its own way', async () => {
  const child = spawn(process.execPath, [...OLD, launcher, 'wait'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output === '') child.kill('SIGTERM');
    output += text;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(7);
  expect(output).toContain('told to end');
});

test('without any Node that is new enough it says what to do', () => {
  const { status, stderr } = run([], OLD, checkout('bare', false));
  expect(status).toBe(1);
  expect(stderr).toMatch(/^aegis needs Node 24 or newer; .*\nRun "npm install"/);
});
