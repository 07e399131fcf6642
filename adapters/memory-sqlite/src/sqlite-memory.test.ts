import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Address } from '@aegis/model';
import type { AttackerReport, Memory } from '@aegis/ports';
import { memoryConformance } from '@aegis/ports/conformance';
import { Database } from '@aegis/sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MEMORY_SCHEMA } from './schema.ts';
import { openSqliteMemory } from './sqlite-memory.ts';

let folder: string;
const makeFolder = (): void => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-memory-'));
};
const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
const reopen = async (): Promise<Memory> => openSqliteMemory({ path: join(folder, 'memory.db') });

memoryConformance('sqlite', {
  open() {
    makeFolder();
    return reopen();
  },
  reopen,
  cleanup: async () => removeFolder(),
});

describe('openSqliteMemory', () => {
  beforeEach(makeFolder);
  afterEach(removeFolder);

  const address = '192.0.2.1' as Address;
  const report = (id: string, at = 1000): AttackerReport => ({
    kind: 'attacker',
    report: id,
    node: 'n',
    at,
    address,
    threatScore: 1,
    attackTypes: [],
    tools: [],
  });

  test('report ids are remembered up to the bound, the newest of them', async () => {
    const memory = openSqliteMemory({ path: join(folder, 'memory.db'), keepReports: 3 });
    await memory.report(['a', 'b', 'c', 'd'].map((id) => report(id)));
    await memory.report(['b', 'c', 'd'].map((id) => report(id)));
    expect((await memory.attacker(address))?.sessions).toBe(4);
    await memory.report([report('a')]);
    expect((await memory.attacker(address))?.sessions).toBe(5);
    await memory.close();
  });

  test("a file of before keeps its attackers' sets", async () => {
    const path = join(folder, 'memory.db');
    const old = Database.open({ path, migrations: MEMORY_SCHEMA.slice(0, 2), unavailable: 'x' });
    await old.write((db) => {
      db.exec("INSERT INTO attacker VALUES (7, '192.0.2.1', 1, 2, 3, 40)");
      const member = db.prepare('INSERT INTO member (subject, field, value, score) VALUES (7, ?, ?, 0)');
      const members = { 6: ['xxe_injection', 'sql_injection'], 7: ['sqlmap'], 8: ['b', 'a'] };
      for (const [field, values] of Object.entries(members))
        for (const value of values) member.run(Number(field), value);
    });
    await old.close();
    const memory = await reopen();
    const before = { address, firstSeen: 1, lastSeen: 2, sessions: 3, threatScore: 40 };
    const sets = { attackTypes: ['sql_injection', 'xxe_injection'], tools: ['sqlmap'], nodes: ['a', 'b'] };
    expect(await memory.attacker(address)).toEqual({ ...before, ...sets });
    await memory.report([{ ...report('r', 9), tools: ['nikto'] }]);
    expect(await memory.attacker(address)).toMatchObject({
      sessions: 4,
      lastSeen: 9,
      tools: ['nikto', 'sqlmap'],
      nodes: ['a', 'b', 'n'],
    });
    await memory.close();
  });

  test('a batch that holds something that cannot be written leaves nothing', async () => {
    const memory = await reopen();
    const batch = [report('a'), report('b', Number.NaN)];
    await expect(memory.report(batch)).rejects.toMatchObject({ code: 'memory_unavailable' });
    expect(await memory.attacker(address)).toBeUndefined();
    await memory.report([report('a')]);
    expect((await memory.attacker(address))?.sessions).toBe(1);
    await memory.close();
  });
});
