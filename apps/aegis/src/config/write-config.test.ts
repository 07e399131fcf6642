import { Result } from '@aegis/model';
import { expect, test } from 'vitest';
import { CONFIG } from './config.ts';
import { loadConfig } from './load-config.ts';
import { PRESETS } from './presets.ts';
import { pathText, settingsOf } from './setting-tree.ts';
import { writeEffective, writeReference } from './write-config.ts';

function load(yaml: string) {
  const readFile = () => Result.ok(Buffer.from(yaml));
  const loaded = loadConfig({ file: 'a.yaml', env: {}, cwd: '/', hostname: 'h', readFile });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return loaded.value;
}

test('the reference as it stands is the defaults, and so it is with every key taken in', () => {
  const reference = writeReference();
  const uncommented = reference.replace(/^( *)#(?=[a-z0-9_]+: )/gm, '$1');
  expect(load(reference).config).toEqual(load('').config);
  expect(load(uncommented).config).toEqual(load('').config);
  for (const { path } of settingsOf(CONFIG)) {
    if (path.join('.') !== 'node.id')
      expect(load(uncommented).sources.get(pathText(path))?.kind).toBe('file');
  }
});

test('the reference shows each key with its doc, what it takes and its cost', () => {
  const words = writeReference().replace(/\n *# /g, ' ');
  for (const { setting } of settingsOf(CONFIG)) {
    expect(words).toContain(setting.doc);
    expect(words).toContain(`Takes ${setting.expected}.`);
    if (setting.cost !== undefined) expect(words).toContain(`Costs: ${setting.cost}`);
  }
});

test('what is in force can be read back, with its sources as comments', () => {
  const { config, written, sources } = load(
    'preset: production\nhttp: {trusted_proxies: [10.0.0.1, "::1"]}\n',
  );
  const text = writeEffective(written, sources);
  expect(load(text).config).toEqual(config);
  expect(text).toContain('  port: 8411  # default\n');
  expect(text).toMatch(/trusted_proxies: \[.*\] {2}# a\.yaml:2:25\n/);
  expect(text).toContain('  batch_size: 500  # preset production\n');
  expect(writeEffective(written)).not.toContain('#');
});

test('presets name settings that are there', () => {
  const known = settingsOf(CONFIG).map(({ path }) => pathText(path));
  for (const preset of Object.values(PRESETS))
    expect(known).toEqual(expect.arrayContaining(Object.keys(preset)));
});
