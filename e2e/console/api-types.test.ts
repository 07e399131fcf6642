import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, type RunningAegis, startAegis } from '../harness/aegis-process.ts';

const CONSOLE: string = join(ROOT, 'apps', 'console');

let node: RunningAegis;
beforeAll(async () => {
  node = await startAegis();
});
afterAll(() => node.stop());

test('the console is written against the API as it is: `npm run api -w @aegis/console` makes its types anew', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-api-types-'));
  try {
    const description = join(folder, 'openapi.json');
    writeFileSync(description, await (await node.fetch('/openapi.json')).text());
    const types = join(folder, 'schema.ts');
    execFileSync('npm', ['exec', '--', 'openapi-typescript', description, '-o', types], {
      cwd: CONSOLE,
      stdio: 'pipe',
    });
    expect(readFileSync(join(CONSOLE, 'src', 'api', 'schema.ts'), 'utf8')).toBe(readFileSync(types, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
