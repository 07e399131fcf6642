import type { Decision } from '@aegis/model';
import type { AuditEntry, JournalEntry } from '@aegis/ports';
import { sessionRecord } from '@aegis/ports/conformance';
import { expect, test } from 'vitest';
import type { Happening } from './happening.ts';
import { journalHappening } from './journal-happenings.ts';

const decision: Decision = {
  ...{ id: 'd-1', scope: 'ip', value: '192.0.2.1', action: 'ban', reason: 'SQL injection', origin: 'aegis' },
  ...{ source: 'web/sqli', weight: 0.95, created: 0, expires: 3_600_000 },
};
const session = sessionRecord({ sess_uuid: 's-1' });

const of = (change: Partial<Decision>, by = 'node'): Promise<Happening | undefined> => {
  const record = { kind: 'made', id: 'e', at: 7, by, decision: { ...decision, ...change } } as const;
  return journalHappening({ kind: 'decision', number: 1, id: 'e', at: 7, record }, async (id) =>
    id === 's-1' ? session : undefined,
  );
};
const ofAudit = (change: Partial<AuditEntry>): Promise<Happening | undefined> => {
  const record: AuditEntry = {
    ...{
      id: 'a',
      at: 7,
      actor: 'alice',
      action: 'fleet.halt',
      target: 'all',
      from: '10.0.0.1',
      result: 'ok',
    },
    detail: { reason: 'a plugin eats memory' },
    ...change,
  };
  return journalHappening({ kind: 'audit', number: 1, id: 'a', at: 7, record }, async () => undefined);
};

test('a decision is told with whom it meets, why, and until when', async () => {
  expect(await of({})).toEqual({
    event: 'decision',
    level: 'HIGH',
    item: {
      at: 7,
      text: 'ban of 192.0.2.1: SQL injection',
      facts: {
        ...{ address: '192.0.2.1', action: 'ban', reason: 'SQL injection', until: '1970-01-01T01:00:00Z' },
        ...{ source: 'aegis, web/sqli', confidence: '95%', decision: 'd-1' },
      },
    },
  });
});

test('it is as grave as the session that it came of', async () => {
  const { level, item } = (await of({ session: 's-1', weight: 0.1 })) ?? {};
  expect(level).toBe(session.threat_level);
  expect(item?.facts).toMatchObject({ agent: session.user_agent, risk: String(session.risk_score) });
  expect((await of({ session: 'gone', weight: 0.7 }))?.level).toBe('MEDIUM');
  expect((await of({ origin: 'operator', weight: 1 }))?.level).toBe('LOW');
});

test('what another node decided, and whom is let pass, is not told', async () => {
  expect(await of({}, 'mesh:node-2/engine')).toBeUndefined();
  expect(await of({ action: 'allow' })).toBeUndefined();
});

test('the halt of the fleet is told, and deeds that failed or matter to nobody are not', async () => {
  expect(await ofAudit({})).toMatchObject({
    ...{ event: 'fleet_halt', level: 'CRITICAL' },
    item: { text: 'alice halted every agent of the fleet', facts: { reason: 'a plugin eats memory' } },
  });
  expect(await ofAudit({ result: 'refused' })).toBeUndefined();
  for (const action of ['access', 'constructor', '__proto__'])
    expect(await ofAudit({ action })).toBeUndefined();
});

test('entries whose record is gone, and policies, are passed over', async () => {
  const entries: readonly JournalEntry[] = [
    { kind: 'decision', number: 1, id: 'e', at: 7 },
    { kind: 'policy', number: 2, id: 'p@1', at: 7 },
  ];
  for (const entry of entries) expect(await journalHappening(entry, async () => undefined)).toBeUndefined();
});
