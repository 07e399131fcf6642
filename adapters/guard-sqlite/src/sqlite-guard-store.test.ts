import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guardStoreConformance } from '@aegis/ports/conformance';
import { openSqliteGuardStore } from './sqlite-guard-store.ts';

let folder: string | undefined;

guardStoreConformance('SQLite', {
  async open() {
    folder ??= mkdtempSync(join(tmpdir(), 'aegis-guard-'));
    return openSqliteGuardStore({ path: join(folder, 'guard.db') });
  },
  async cleanup() {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    folder = undefined;
  },
});
