import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@aegis/model';
import type { Registry } from '@aegis/ports';
import { registryConformance } from '@aegis/ports/conformance';
import { openSqliteRegistry } from './sqlite-registry.ts';

const KEEP = 100;
const clock = new ManualClock();
let folder: string;

const reopen = async (): Promise<Registry> =>
  openSqliteRegistry({ path: join(folder, 'registry.db'), clock, keepRevisions: KEEP, pollMs: 5 });

registryConformance('sqlite', {
  open() {
    folder = mkdtempSync(join(tmpdir(), 'aegis-registry-'));
    return reopen();
  },
  reopen,
  advance: async (ms) => clock.advance(ms),
  async compact(registry) {
    await Promise.all(Array.from({ length: KEEP }, (_, i) => registry.put('filler', `${i}`)));
  },
  cleanup: async () => rmSync(folder, { recursive: true, force: true }),
});
