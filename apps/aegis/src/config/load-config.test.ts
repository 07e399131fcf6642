import { Result } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { configErrorText } from './config-error.ts';
import { type LoadedConfig, loadConfig } from './load-config.ts';
import { originText } from './origin.ts';
import type { ReadFile } from './read-file.ts';

const MISSING = { kind: 'missing', message: 'there is no such file' } as const;

function filesOf(files: Readonly<Record<string, string>>): ReadFile {
  return (path) => {
    const text = files[path];
    return text === undefined ? Result.err(MISSING) : Result.ok(Buffer.from(text));
  };
}

function load(yaml: string, env: Record<string, string> = {}) {
  return loadConfig({
    env,
    cwd: '/w',
    hostname: 'Sensor_7.example.org',
    readFile: filesOf({ '/w/aegis.yaml': yaml }),
  });
}

function loaded(yaml: string, env: Record<string, string> = {}): LoadedConfig {
  const result = load(yaml, env);
  if (!result.ok) throw new Error(result.error.map(configErrorText).join('\n'));
  return result.value;
}

function complaints(yaml: string, env: Record<string, string> = {}): readonly string[] {
  const result = load(yaml, env);
  return result.ok ? [] : result.error.map(configErrorText);
}

test('without a file and without an environment every default holds', () => {
  const result = loadConfig({ env: {}, cwd: '/w', hostname: 'h', readFile: filesOf({}) });
  if (!result.ok) throw new Error('defaults do not load');
  expect(result.value).not.toHaveProperty('file');
  expect(result.value.warnings).toEqual([]);
  expect(result.value.config).toMatchObject({
    preset: 'laptop',
    dataDir: './aegis-data',
    node: { id: 'h', region: 'default' },
    http: { host: '127.0.0.1', port: 8411, trustedProxies: [], limits: { bodyBytes: 1_048_576 } },
    decoy: { enabled: true, port: 8480, sessions: { idleMs: 75_000 } },
    pipeline: {
      stream: 'sessions_stream',
      consumerGroup: 'analytics_workers',
      consumerName: 'auto',
      batchSize: 100,
      blockMs: 5000,
    },
    archive: { outputFormat: 'jsonl', batchWrite: true },
  });
});

test('each layer hides the one before, and the sources say so', () => {
  const { config, sources } = loaded('preset: production\npipeline:\n  batch_size: 7\n  block_ms: 8\n', {
    BLOCK_MS: '9',
    AEGIS_HTTP_TRUSTED_PROXIES: '10.0.0.0/8, 2001:DB8::1',
  });
  expect(config.pipeline).toMatchObject({ batchSize: 7, blockMs: 9, maxBacklog: 1_000_000, maxAttempts: 5 });
  expect(config.http.trustedProxies).toEqual(['10.0.0.0/8', '2001:db8::1/128']);
  expect(
    ['batch_size', 'block_ms', 'max_backlog', 'max_attempts'].map((key) => {
      const origin = sources.get(`pipeline.${key}`);
      return origin && originText(origin);
    }),
  ).toEqual(['aegis.yaml:3:15', 'BLOCK_MS', 'preset production', 'default']);
  expect(sources.get('node.id')).toEqual({ kind: 'derived', from: 'the host name' });
});

test('the preset can come from the environment', () => {
  expect(loaded('', { AEGIS_PRESET: 'production' }).config.log.format).toBe('json');
});

test('all errors at once, each with file, line, column, key and what would be right', () => {
  const yaml = `http:
  prot: 8411
  port: abc
  limits:
    body: 8
    request_timeout: 12h
log: loud
decoy:
  port: "8480"
scenarios:
  files: a.yaml
node:
  id: 7
decisions:
  exempt: [192.0.2.1, 192.0.2.0/40]
pipeline:
  max_backlog: 200
  batch_size: 300
port: 1
data-dir: x
api_key: s3cr3t
`;
  expect(complaints(yaml, { BLOCK_MS: 'many', AEGIS_DECOY_ENABLED: 'maybe' })).toEqual([
    'aegis.yaml:2:3: http.prot: is no key here; did you mean port?',
    'aegis.yaml:3:9: http.port: expected a whole number from 0 to 65535; found "abc"',
    'aegis.yaml:5:11: http.limits.body: expected a size such as 1MiB (units B, kB, MB, GB, KiB, MiB, GiB), from 1KiB to 64MiB; found 8',
    'aegis.yaml:6:22: http.limits.request_timeout: expected a duration such as 30s (units ms, s, m, h, d), from 1s to 1h; found "12h"',
    'aegis.yaml:7:6: log: expected a section: keys below it, indented; found "loud"',
    'aegis.yaml:9:9: decoy.port: expected a whole number from 0 to 65535; found "8480"; write 8480',
    'aegis.yaml:11:10: scenarios.files: expected a list of at most 256 file names; found "a.yaml"; write ["a.yaml"]',
    'aegis.yaml:13:7: node.id: expected a name of 1 to 63 lower-case letters, digits, ".", "_" or "-", or auto; found 7; write "7"',
    'aegis.yaml:15:23: decisions.exempt[1]: "192.0.2.0/40" is not an address prefix; expected something like 192.0.2.0/24 or 2001:db8::/32',
    'aegis.yaml:17:16: pipeline.max_backlog: is below pipeline.batch_size (300), so no batch could ever be full; raise it',
    'aegis.yaml:19:1: port: is no key here; did you mean http.port or http.proxy_protocol.port or decoy.port?',
    'aegis.yaml:20:1: data-dir: is no key here; did you mean data_dir?',
    'aegis.yaml:21:1: api_key: secrets do not belong into this file; set AEGIS_API_KEY or AEGIS_API_KEY_FILE in the environment',
    'AEGIS_DECOY_ENABLED: decoy.enabled: expected true or false; found "maybe"',
    'BLOCK_MS: pipeline.block_ms: expected a whole number of milliseconds from 1 to 60000; found "many"',
  ]);
});

test('a text that YAML takes for something else is shown how to write it', () => {
  expect(complaints('pipeline:\n  consumer_name: 7\n')).toEqual([
    'aegis.yaml:2:18: pipeline.consumer_name: expected a name of 1 to 128 letters, digits, ":", ".", "_" or "-"; found 7; write "7"',
  ]);
});

test.each([
  ['http.port: 1\n', 'aegis.yaml:1:1: http.port: is no key; write http: {port: ...}'],
  [
    'http:\n  data_dir: x\n',
    'aegis.yaml:2:3: http.data_dir: is no key here; data_dir belongs to the top level',
  ],
  ['log:\n  xyzzy: 1\n', 'aegis.yaml:2:3: log.xyzzy: is no key here; known are level, format'],
  [
    '__proto__:\n  port: 1\n',
    'aegis.yaml:1:1: __proto__: is no key here; known are preset, data_dir, node, log, http, decoy, pipeline, redis, mesh, worker, archive, crowdsec, grpc, rate_limits, decisions, enforce, ledger, memory, registry, queues, notifications, tracing, trail, masking, scenarios, geo, crawlers, guard, hunt, fleet, feeds',
  ],
])('%j is answered with where it belongs', (yaml, expected) => expect(complaints(yaml)).toEqual([expected]));

test.each([
  [
    'http: {port: 9000}\ndecoy: {port: 9000}',
    'decoy.port: 9000 is taken by http.port; give each a port of its own',
  ],
  ['http: {limits: {body: 2MiB, intake_body: 1MiB}}', 'http.limits.intake_body: is below http.limits.body'],
  [
    'decoy: {sessions: {idle: 30m, length: 10m}}',
    'decoy.sessions.idle: is longer than decoy.sessions.length (10m)',
  ],
  ['decoy: {limits: {kept_body: 1MiB}}', 'decoy.limits.body: is below decoy.limits.kept_body'],
  [
    'http: {limits: {headers_timeout: 1m}}',
    'http.limits.headers_timeout: is longer than http.limits.request_timeout (30s)',
  ],
  [
    'pipeline: {max_backlog: 100, batch_size: 101}',
    'pipeline.max_backlog: is below pipeline.batch_size (101)',
  ],
  [
    'decisions: {exempt: [0.0.0.0/0]}',
    'decisions.exempt: 0.0.0.0/0 is every address, so nobody could ever be blocked',
  ],
  [
    'decisions: {protected: ["::/0"]}',
    'decisions.protected: ::/0 is every address, so nothing could ever be decided',
  ],
])('%s contradicts itself', (yaml, expected) => {
  const found = complaints(yaml);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(expected);
});

test('the same port on two addresses, or of a decoy that is off, is no conflict', () => {
  expect(complaints('http: {port: 9000}\ndecoy: {port: 9000, host: 127.0.0.2}')).toEqual([]);
  expect(complaints('http: {port: 9000}\ndecoy: {port: 9000, enabled: false}')).toEqual([]);
  expect(complaints('http: {port: 9000, host: 0.0.0.0}\ndecoy: {port: 9000, host: 127.0.0.2}')).toHaveLength(
    1,
  );
});

test('a broken file and a broken environment are told together', () => {
  const found = complaints('a: [', { LOG_LEVEL: 'loud' });
  expect(found[0]).toMatch(/^aegis\.yaml:1:/);
  expect(found.at(-1)).toBe(
    'LOG_LEVEL: log.level: expected one of debug, info, warn, error, silent; found "loud"',
  );
});

test('a file that was named must be there', () => {
  const inputs = {
    env: { AEGIS_CONFIG: 'b.yaml' },
    cwd: '/w',
    hostname: 'h',
    readFile: filesOf({ '/w/aegis.yaml': '' }),
  };
  const byVariable = loadConfig(inputs);
  const byOption = loadConfig({ ...inputs, file: '/c.yaml' });
  expect(byVariable.ok ? '' : byVariable.error.map(configErrorText)).toEqual([
    'b.yaml (named by AEGIS_CONFIG) there is no such file',
  ]);
  expect(byOption.ok ? '' : byOption.error.map(configErrorText)).toEqual(['/c.yaml there is no such file']);
});

test('a file that is there and cannot be read is no default', () => {
  const readFile: ReadFile = () => Result.err({ kind: 'unreadable', message: 'cannot be read: EACCES' });
  expect(loadConfig({ env: {}, cwd: '/w', hostname: 'h', readFile }).ok).toBe(false);
});

test('the second place is read when the first is empty', () => {
  const readFile = filesOf({ '/etc/aegis/aegis.yaml': 'node: {region: eu}' });
  const result = loadConfig({ env: {}, cwd: '/w', hostname: 'h', readFile });
  expect(result.ok && [result.value.file, result.value.config.node.region]).toEqual([
    '/etc/aegis/aegis.yaml',
    'eu',
  ]);
});

test('no file makes the loader throw or touch a prototype', () => {
  const key = fc.constantFrom(
    'http',
    'port',
    'limits',
    'body',
    'node',
    'id',
    '__proto__',
    'constructor',
    'toString',
    'exempt',
  );
  const value = fc.oneof(
    fc.constantFrom<unknown>(null, true, -1, 1e300, 'x', []),
    fc.array(fc.string(), { maxLength: 3 }),
  );
  const tree = fc.dictionary(
    key,
    fc.oneof(value, fc.dictionary(key, fc.oneof(value, fc.dictionary(key, value)))),
  );
  fc.assert(
    fc.property(tree, (written) => {
      const result = load(JSON.stringify(written));
      if (!result.ok)
        for (const error of result.error) expect(configErrorText(error)).toMatch(/^aegis\.yaml:\d+:\d+: /);
    }),
    { numRuns: 500 },
  );
  expect(Object.keys(Object.prototype)).toEqual([]);
});
