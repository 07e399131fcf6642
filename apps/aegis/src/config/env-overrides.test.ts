import { expect, test } from 'vitest';
import { CONFIG } from './config.ts';
import { readOverrides, variableOf } from './env-overrides.ts';
import { settingsOf } from './setting-tree.ts';

function read(env: Record<string, string>) {
  const { overrides, warnings } = readOverrides(CONFIG, env);
  return { values: overrides.map(({ path, value }) => [path.join('.'), value]), warnings };
}

test('every setting has a variable of its own', () => {
  const names = settingsOf(CONFIG).flatMap(({ path, setting }) => [variableOf(path), ...setting.variables]);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain('AEGIS_HTTP_LIMITS_BODY');
});

test.each([
  ['REDIS_HOST', 'redis.host', 'redis.example', 'redis.example'],
  ['REDIS_PORT', 'redis.port', '6380', 6380],
  ['REDIS_STREAM', 'pipeline.stream', 's', 's'],
  ['CONSUMER_GROUP', 'pipeline.consumer_group', 'g', 'g'],
  ['CONSUMER_NAME', 'pipeline.consumer_name', 'worker-2', 'worker-2'],
  ['BATCH_SIZE', 'pipeline.batch_size', '50', 50],
  ['BLOCK_MS', 'pipeline.block_ms', ' 3000 ', 3000],
  ['DATA_DIR', 'data_dir', '/var/lib/aegis', '/var/lib/aegis'],
  ['OUTPUT_FORMAT', 'archive.output_format', 'json', 'json'],
  ['BATCH_WRITE', 'archive.batch_write', 'TRUE', true],
  ['LOG_LEVEL', 'log.level', 'warn', 'warn'],
  ['NODE_ID', 'node.id', 'n1', 'n1'],
  ['REGION', 'node.region', 'eu', 'eu'],
  ['REDIS_HOSTS', 'mesh.hosts', 'r1:7000,r2:7000', ['r1:7000', 'r2:7000']],
  ['AEGIS_DECOY_ENABLED', 'decoy.enabled', 'off', false],
  ['AEGIS_DECISIONS_EXEMPT', 'decisions.exempt', 'none', []],
  ['AEGIS_SCENARIOS_FILES', 'scenarios.files', 'a.yaml, b.yaml', ['a.yaml', 'b.yaml']],
])('%s sets %s', (name, key, text, value) => {
  expect(read({ [name]: text })).toEqual({ values: [[key, value]], warnings: [] });
});

test('a variable set to nothing is not set', () => {
  expect(read({ BATCH_SIZE: '', AEGIS_HTTP_PORT: '' })).toEqual({ values: [], warnings: [] });
});

test('our own name goes before the name of the specs, with a word where they differ', () => {
  expect(read({ AEGIS_NODE_ID: 'a', NODE_ID: 'b' })).toEqual({
    values: [['node.id', 'a']],
    warnings: ['NODE_ID is ignored: AEGIS_NODE_ID says otherwise for node.id'],
  });
  expect(read({ AEGIS_NODE_ID: 'a', NODE_ID: 'a' }).warnings).toEqual([]);
});

test('a mistyped variable is told', () => {
  expect(read({ AEGIS_HTPP_PORT: '1' }).warnings).toEqual([
    'AEGIS_HTPP_PORT is set but names no setting; did you mean AEGIS_HTTP_PORT?',
  ]);
  expect(read({ AEGIS_CONFIG: 'x', AEGIS_API_KEY: 'y' }).warnings).toEqual([]);
});

test('what Kubernetes puts into a pod beside Services named aegis and aegis-http is not taken for settings', () => {
  const { values, warnings } = read({
    AEGIS_SERVICE_HOST: '10.0.0.1',
    AEGIS_SERVICE_PORT: '80',
    AEGIS_PORT: 'tcp://10.0.0.1:80',
    AEGIS_PORT_80_TCP: 'tcp://10.0.0.1:80',
    AEGIS_PORT_80_TCP_ADDR: '10.0.0.1',
    AEGIS_HTTP_PORT: 'tcp://10.0.0.1:80',
  });
  expect(values).toEqual([]);
  expect(warnings).toEqual([
    'AEGIS_HTTP_PORT is ignored: tcp://10.0.0.1:80 is a Kubernetes service link, not a setting of Aegis',
  ]);
});
