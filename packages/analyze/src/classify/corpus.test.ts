import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { classifyPayload } from './classify-payload.ts';

const DATA = join(import.meta.dirname, '../../../../../shared/data');
const present = existsSync(join(DATA, 'attacks'));
const note = present ? '' : ' (skipped: ../shared/data is not here)';

function lines(...folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(DATA, 'attacks', folder)).flatMap((file) =>
      readFileSync(join(DATA, 'attacks', folder, file), 'utf8').split(/\r?\n/),
    ),
  );
}

/** Every fifth line that says something; a placeholder stands for the file an attacker would name. */
function sample(all: readonly string[]): readonly string[] {
  return all
    .filter((line, i) => i % 5 === 0 && line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/\{file\}/gi, 'etc/passwd'));
}

function recall(texts: readonly string[]): number {
  return texts.filter((text) => classifyPayload(text).length > 0).length / texts.length;
}

// The floors lie a little below what was measured: they catch a loss, they are no target.
test.skipIf(!present).each([
  ['sql', ['payloadsallthethings/sql-injection', 'fuzzdb/sql-injection'], 0.9],
  ['traversal', ['payloadsallthethings/directory-traversal', 'fuzzdb/path-traversal'], 0.98],
  ['inclusion', ['payloadsallthethings/file-inclusion', 'fuzzdb/lfi'], 0.95],
  ['includes', ['fuzzdb/server-side-include'], 0.95],
] as const)(`recall on %s${note}`, (_, folders, floor) => {
  expect(recall(sample(lines(...folders)))).toBeGreaterThanOrEqual(floor);
});

test.skipIf(!present)(`ordinary texts that look like SQL${note}`, () => {
  const texts = readFileSync(join(DATA, 'benign/libinjection-false-positives.txt'), 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const wrong = texts.filter((text) => classifyPayload(text).length > 0);
  expect(wrong.length / texts.length).toBeLessThanOrEqual(0.01);
});
