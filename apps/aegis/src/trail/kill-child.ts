/** Writes audit entries with a trail behind them until it is killed, and says which were acknowledged. */
import { writeSync } from 'node:fs';
import { openSqliteLedger } from '@aegis/ledger-sqlite';
import { silentLogger } from '@aegis/model';
import { openSqliteTrailStore } from '@aegis/trail-sqlite';
import { dataDir } from '../node/data-dir.ts';
import { systemClock } from '../node/system-clock.ts';
import { openTrail } from './open-trail.ts';

const [root = '', round = ''] = process.argv.slice(2);
const dir = dataDir(root);
const ledger = openSqliteLedger({ path: dir.ledger });
const { service } = openTrail({
  ...{ dir, node: 'child', ledger, ledgerRetentionMs: 1e12, clock: systemClock, logger: silentLogger },
  store: openSqliteTrailStore({ path: dir.trail }),
  settings: {
    ...{ suite: 'sha256-ed25519', checkpointMs: 5, checkpointEntries: 20, retentionDays: 180 },
    ...{ copyFolder: `${root}/copies`, syslog: '', syslogCaFile: '' },
  },
});
service.start();
let next = 0;
async function writeOn(): Promise<void> {
  for (;;) {
    const id = `${round}-${next++}`;
    const entry = { id, at: systemClock.now(), actor: 'child', action: 'test', target: '', from: 'local' };
    await ledger.appendAudit([{ ...entry, result: 'ok', detail: {} }]);
    service.wake();
    writeSync(1, `${id}\n`);
  }
}
await Promise.all([writeOn(), writeOn(), writeOn()]);
