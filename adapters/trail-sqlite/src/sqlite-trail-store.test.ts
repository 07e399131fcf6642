import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trailStoreConformance } from '@aegis/ports/conformance';
import { openSqliteTrailStore } from './sqlite-trail-store.ts';

let folder = '';
const open = async () => openSqliteTrailStore({ path: join(folder, 'trail.db') });

trailStoreConformance('SQLite', {
  open() {
    folder = mkdtempSync(join(tmpdir(), 'aegis-trail-'));
    return open();
  },
  reopen: open,
  async cleanup() {
    rmSync(folder, { recursive: true, force: true });
  },
});
