import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ledger } from '@aegis/ports';
import { ledgerConformance } from '@aegis/ports/conformance';
import { openSqliteLedger } from './sqlite-ledger.ts';

let folder: string;
const reopen = async (): Promise<Ledger> => openSqliteLedger({ path: join(folder, 'ledger.db') });

ledgerConformance('sqlite', {
  open() {
    folder = mkdtempSync(join(tmpdir(), 'aegis-ledger-'));
    return reopen();
  },
  reopen,
  cleanup: async () => rmSync(folder, { recursive: true, force: true }),
});
