import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sessionRecord } from '@aegis/ports/conformance';
import { expect, test } from 'vitest';

const inNamespace = (command: string, ...parameters: readonly string[]) =>
  spawnSync('unshare', ['--mount', 'sh', '-c', command, 'sh', ...parameters], { encoding: 'utf8' });

test('a full file system: archive_full, nothing kept of the batch, and it goes on once there is room', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-archive-'));
  try {
    const mount = 'mount -t tmpfs -o size=3m tmpfs "$1"';
    if (inNamespace(mount, folder).status !== 0) context.skip('needs the right to mount a tmpfs of its own');
    const script = join(import.meta.dirname, 'testing', 'fill-disk.ts');
    const { stdout, stderr } = inNamespace(
      `${mount} && exec "$2" "$3" "$1" "$4"`,
      folder,
      process.execPath,
      script,
      JSON.stringify(sessionRecord()),
    );
    expect(stderr).toBe('');
    const result = JSON.parse(stdout) as { readonly stored: number };
    const { stored } = result;
    expect(stored).toBeGreaterThan(0);
    expect(result).toEqual({
      stored,
      fault: 'archive_full',
      repeated: 'archive_full',
      whenFull: { kept: stored, files: [stored, stored, stored] },
      isNew: Array.from({ length: 10 }, () => true),
      afterwards: { kept: stored + 10, files: [stored + 10, stored + 10, stored + 10] },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
