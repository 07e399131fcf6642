import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PIP_MS = 600_000;

/** A Python of its own with packages from PyPI (`stix2==3.0.2`), in a temporary folder for the caller to remove. */
export function pythonWith(packages: readonly string[]): {
  readonly folder: string;
  readonly python: string;
} {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-python-'));
  run('python3', '-m', 'venv', folder);
  const python = join(folder, 'bin', 'python');
  run(python, '-m', 'pip', '--quiet', '--disable-pip-version-check', 'install', ...packages);
  return { folder, python };
}

function run(command: string, ...words: readonly string[]): void {
  const { status, error, stderr } = spawnSync(command, words, { encoding: 'utf8', timeout: PIP_MS });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${words.join(' ')} ended with ${status}: ${stderr.trim()}`);
}
