import { inspect } from 'node:util';
import { Result } from '@aegis/model';
import { expect, test } from 'vitest';
import { configErrorText } from './config-error.ts';
import { readSecrets } from './env-secrets.ts';
import type { ReadFile } from './read-file.ts';

const KEY = 'ak_0123456789abcdef';
const files: ReadFile = (path) =>
  path === '/run/key'
    ? Result.ok(Buffer.from(`${KEY}\n`))
    : path === '/run/empty'
      ? Result.ok(Buffer.from('\n'))
      : Result.err({ kind: 'missing', message: 'there is no such file' });

function complaint(env: Record<string, string>): string {
  const secrets = readSecrets(env, files);
  return secrets.ok ? '' : secrets.error.map(configErrorText).join('\n');
}

test('a key comes from the variable or from the file', () => {
  for (const env of [{ AEGIS_API_KEY: KEY }, { AEGIS_API_KEY_FILE: '/run/key' }]) {
    const secrets = readSecrets(env, files);
    expect(secrets.ok && secrets.value.apiKey?.reveal()).toBe(KEY);
  }
  expect(readSecrets({ AEGIS_API_KEY: '' }, files)).toEqual({ ok: true, value: {} });
});

test('what is wrong is said without saying the key', () => {
  expect(complaint({ AEGIS_API_KEY: KEY, AEGIS_API_KEY_FILE: '/run/key' })).toBe(
    'AEGIS_API_KEY: set this or AEGIS_API_KEY_FILE, not both',
  );
  expect(complaint({ AEGIS_API_KEY: `${KEY} ${KEY}` })).toMatch(/^AEGIS_API_KEY: expected one line/);
  expect(complaint({ AEGIS_API_KEY: `${KEY} ${KEY}` })).not.toContain(KEY);
  expect(complaint({ AEGIS_API_KEY_FILE: '/run/empty' })).toMatch(
    /^AEGIS_API_KEY_FILE: \/run\/empty: expected one/,
  );
  expect(complaint({ AEGIS_API_KEY_FILE: '/run/none' })).toBe(
    'AEGIS_API_KEY_FILE: /run/none there is no such file',
  );
});

test('a secret shows itself to nobody', () => {
  const secrets = readSecrets({ AEGIS_API_KEY: KEY }, files);
  const key = secrets.ok ? secrets.value.apiKey : undefined;
  for (const shown of [
    String(key),
    JSON.stringify(secrets),
    inspect(secrets, { depth: 9, showHidden: true }),
  ]) {
    expect(shown).not.toContain(KEY);
  }
});
