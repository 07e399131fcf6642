import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Config } from '../config/config.ts';
import { configErrorText } from '../config/config-error.ts';
import { loadConfig } from '../config/load-config.ts';
import { Secret } from '../config/secret.ts';
import { dataDir } from './data-dir.ts';
import { redisServer, streamPlace } from './open-streams.ts';

function load(env: Record<string, string>) {
  const missing = { ok: false, error: { kind: 'missing', message: '' } } as const;
  return loadConfig({ env, cwd: '/w', hostname: 'h', readFile: () => missing });
}

function config(env: Record<string, string>): Config {
  const loaded = load(env);
  if (!loaded.ok) throw new Error(loaded.error.map(configErrorText).join('\n'));
  return loaded.value.config;
}

test('without a host the stream is in the data directory', () => {
  expect(redisServer(config({ REDIS_PORT: '7000' }), {})).toBeUndefined();
  expect(streamPlace(config({}), dataDir('/d'))).toBe('/d/sessions_stream.db');
});

test('REDIS_HOST and REDIS_PORT name a server, and the password is a secret', () => {
  const named = config({ REDIS_HOST: 'r', REDIS_PORT: '7000', AEGIS_REDIS_USERNAME: 'u' });
  expect(redisServer(named, { redisPassword: new Secret('s') })).toEqual({
    servers: [{ host: 'r', port: 7000 }],
    cluster: false,
    username: 'u',
    password: 's',
    connectTimeoutMs: 5_000,
    commandTimeoutMs: 5_000,
  });
  expect(streamPlace(named, dataDir('/d'))).toBe('sessions_stream in Redis at r:7000');
});

test('several hosts are a Cluster', () => {
  const cluster = config({ AEGIS_REDIS_HOSTS: 'a:7000, [2001:db8::1]' });
  expect(redisServer(cluster, {})).toMatchObject({
    servers: [
      { host: 'a', port: 7000 },
      { host: '2001:db8::1', port: 6379 },
    ],
    cluster: true,
  });
  expect(streamPlace(cluster, dataDir('/d'))).toBe(
    'sessions_stream in the Redis Cluster at a:7000, [2001:db8::1]:6379',
  );
});

test('files of TLS are read, and one that is not there is named with its key', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-pem-'));
  try {
    const ca = join(folder, 'ca.pem');
    writeFileSync(ca, 'PEM');
    const env = { REDIS_HOST: 'r', AEGIS_REDIS_TLS_ENABLED: 'true', AEGIS_REDIS_TLS_CA_FILE: ca };
    expect(redisServer(config(env), {})?.tls).toEqual({ ca: 'PEM', verify: true });
    const gone = config({ ...env, AEGIS_REDIS_TLS_CA_FILE: `${ca}.gone` });
    expect(() => redisServer(gone, {})).toThrow(/redis\.tls\.ca_file: .*ca\.pem\.gone/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.each([
  [{ REDIS_HOST: 'r', AEGIS_REDIS_HOSTS: 'a' }, 'redis.hosts: names a Cluster, and redis.host one server'],
  [{ AEGIS_REDIS_HOSTS: 'a', AEGIS_REDIS_DATABASE: '1' }, 'redis.database: must be 0'],
  [{ AEGIS_REDIS_TLS_CERT_FILE: 'c', AEGIS_REDIS_TLS_ENABLED: 'yes' }, 'redis.tls.key_file belong together'],
  [{ AEGIS_REDIS_TLS_CA_FILE: 'c' }, 'redis.tls.enabled: is false'],
  [{ AEGIS_REDIS_HOSTS: 'redis://a' }, 'redis.hosts'],
])('%j is refused', (env, words) => {
  const loaded = load(env);
  expect(loaded.ok ? '' : loaded.error.map(configErrorText).join('\n')).toContain(words);
});
