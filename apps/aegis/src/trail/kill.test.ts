import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSqliteLedger } from '@aegis/ledger-sqlite';
import { seededRandom, silentLogger } from '@aegis/model';
import { linesUntilKilled } from '@aegis/testing';
import { openSqliteTrailStore } from '@aegis/trail-sqlite';
import { expect, test } from 'vitest';
import { dataDir } from '../node/data-dir.ts';
import { systemClock } from '../node/system-clock.ts';
import { copiesIn } from './checkpoint-copies.ts';
import { openTrail } from './open-trail.ts';
import { exportLines, verifyExport } from './trail-export.ts';

const CHILD = fileURLToPath(new URL('./kill-child.ts', import.meta.url));
const ROUNDS = 4;
const seed = Date.now() % 1_000_000;

test(`whatever is killed when, the trail is sound and misses nothing (seed ${seed})`, async () => {
  const random = seededRandom(seed);
  const root = mkdtempSync(join(tmpdir(), 'aegis-trail-kill-'));
  mkdirSync(join(root, 'secrets'));
  const dir = dataDir(root);
  for (let round = 0; round < ROUNDS; round++) {
    const acknowledged = await linesUntilKilled(CHILD, [root, `${round}`], random.next() * 200);
    const [ledger, store] = [
      openSqliteLedger({ path: dir.ledger }),
      openSqliteTrailStore({ path: dir.trail }),
    ];
    const { reader } = openTrail({
      ...{
        dir,
        node: 'child',
        ledger,
        store,
        ledgerRetentionMs: 1e12,
        clock: systemClock,
        logger: silentLogger,
      },
      settings: {
        ...{ suite: 'sha256-ed25519', checkpointMs: 5, checkpointEntries: 20, retentionDays: 180 },
        ...{ copyFolder: join(root, 'copies'), syslog: '', syslogCaFile: '' },
      },
    });
    await reader.settle();
    for (const id of acknowledged) expect(await store.find(id), id).toBeDefined();
    const copies = copiesIn(readFileSync(join(root, 'copies', 'child.checkpoints'), 'utf8'));
    expect(copies.length).toBeGreaterThan(0);
    const verified = await verifyExport(exportLines(reader), undefined, copies);
    expect(verified).toMatchObject({ ok: true, value: { verification: { findings: [] } } });
    expect((await reader.agreement()).findings).toEqual([]);
    await Promise.all([ledger.close(), store.close()]);
  }
  rmSync(root, { recursive: true, force: true });
});
