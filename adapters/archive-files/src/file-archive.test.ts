import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, type SessionRecord } from '@aegis/model';
import { archiveConformance, sessionRecord } from '@aegis/ports/conformance';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FileArchiveOptions, openFileArchive } from './file-archive.ts';
import { readDayFiles } from './testing/read-day-files.ts';

let folder: string;
const clock = new ManualClock(Date.UTC(2025, 9, 28));
const open = (options: Partial<FileArchiveOptions> = {}) => openFileArchive({ folder, clock, ...options });
const makeFolder = (): void => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-archive-'));
};
const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
const content = (path: string): string => readFileSync(join(folder, path), 'utf8');

for (const format of ['jsonl', 'json', 'database'] as const) {
  archiveConformance(`files, ${format}`, {
    open: () => {
      makeFolder();
      return open({ format });
    },
    reopen: () => open({ format }),
    cleanup: async () => removeFolder(),
  });
}

const low = sessionRecord({ sess_uuid: 'low', risk_score: 30, threat_level: 'LOW' });
const risky = sessionRecord({ sess_uuid: 'risky', risk_score: 70, threat_level: 'HIGH' });
/** Its level was set by hand: an alert that is not of high risk. */
const alert = sessionRecord({ sess_uuid: 'alert', risk_score: 69.9, threat_level: 'CRITICAL' });
const nextDay = sessionRecord({ sess_uuid: 'next', start_time: '2025-10-28T00:00:00.000Z' });
const ids = (name: string): readonly string[] => readDayFiles(folder, name).map((each) => each.sess_uuid);

describe('the file archive', () => {
  beforeEach(makeFolder);
  afterEach(removeFolder);

  test('lays sessions out by day, the risky and alarming ones twice', async () => {
    const archive = await open();
    await archive.store([low, risky]);
    await archive.store([alert, nextDay, low]);
    await archive.close();
    expect(content('sessions/2025-10-27/sessions.jsonl')).toBe(
      [low, risky, alert].map((each) => `${JSON.stringify(each)}\n`).join(''),
    );
    expect(ids('sessions')).toEqual(['low', 'risky', 'alert', 'next']);
    expect(ids('high_risk_sessions')).toEqual(['risky', 'next']);
    expect(ids('alerts')).toEqual(['risky', 'alert', 'next']);
  });

  test('in the json format a file is one array after every batch', async () => {
    const archive = await open({ format: 'json' });
    for (const [n, record] of [low, risky, alert].entries()) {
      await archive.store([record]);
      const array = JSON.parse(content('sessions/2025-10-27/sessions.json')) as readonly SessionRecord[];
      expect(array).toEqual([low, risky, alert].slice(0, n + 1));
    }
    await archive.close();
  });

  test('reads what was written in another format', async () => {
    for (const format of ['jsonl', 'json', 'database'] as const) {
      const archive = await open({ format });
      expect(await archive.store([{ ...low, sess_uuid: format }, low])).toEqual([true, format === 'jsonl']);
      await archive.close();
    }
    const archive = await open();
    const { sessions } = await archive.find({ limit: 10 });
    expect(sessions.map((each) => each.sess_uuid)).toEqual(['database', 'json', 'jsonl', 'low']);
    await archive.close();
  });

  test('derives statistics and threat intelligence as files', async () => {
    const archive = await open();
    await archive.store([low, risky, alert, nextDay]);
    await archive.close();
    const day = { from: Date.UTC(2025, 9, 27), to: Date.UTC(2025, 9, 28) };
    const again = await open();
    expect(JSON.parse(content('stats/2025-10-27_stats.json'))).toEqual({
      generated_at: '2025-10-28T00:00:00.000Z',
      day: '2025-10-27',
      ...(await again.stats(day)),
    });
    expect(JSON.parse(content('stats/2025-10-28_stats.json'))).toMatchObject({ sessions: 1 });
    expect(JSON.parse(content('threat_intel/malicious_ips.json'))).toMatchObject({
      malicious_ips: [{ peer_ip: '192.0.2.100', country: 'NL', sessions: 3, max_risk: 75 }],
    });
    expect(JSON.parse(content('threat_intel/attack_patterns.json'))).toMatchObject({
      attack_types: [{ name: 'sql_injection', sessions: 4, first_seen: '2025-10-27T02:00:00.000Z' }],
      techniques: [{ name: 'T1190', sessions: 4 }],
    });
    expect(JSON.parse(content('threat_intel/payloads.json'))).toMatchObject({
      payloads: [{ payload: "a' OR 1=1", attack_type: 'sql_injection', sessions: 4 }],
    });
    await again.close();
  });

  test('makes derived files again that were removed', async () => {
    const archive = await open();
    await archive.store([low]);
    await archive.close();
    for (const name of ['stats', 'threat_intel']) rmSync(join(folder, name), { recursive: true });
    await (await open()).close();
    expect(JSON.parse(content('stats/2025-10-27_stats.json'))).toMatchObject({ sessions: 1 });
    expect(JSON.parse(content('threat_intel/malicious_ips.json'))).toEqual(
      expect.objectContaining({ malicious_ips: [] }),
    );
  });

  test('keeps nothing of a batch that does not fit, and the same call works once there is room', async () => {
    const archive = await open();
    await archive.store([low]);
    const alerts = join(folder, 'sessions/2025-10-27/alerts.jsonl');
    symlinkSync('/dev/full', alerts);
    await expect(archive.store([risky, alert])).rejects.toMatchObject({ code: 'archive_full' });
    expect(await archive.get('risky')).toBeUndefined();
    expect(ids('sessions')).toEqual(['low']);
    expect(ids('high_risk_sessions')).toEqual([]);
    expect((await archive.stats({})).sessions).toBe(1);

    rmSync(alerts);
    expect(await archive.store([risky, alert])).toEqual([true, true]);
    expect(ids('sessions')).toEqual(['low', 'risky', 'alert']);
    expect(ids('alerts')).toEqual(['risky', 'alert']);
    await archive.close();
  });

  test('says that it is unavailable where the day cannot be written, and recovers', async () => {
    const archive = await open();
    mkdirSync(join(folder, 'sessions'));
    const inTheWay = join(folder, 'sessions/2025-10-27');
    writeFileSync(inTheWay, '');
    await expect(archive.store([low])).rejects.toMatchObject({ code: 'archive_unavailable' });
    rmSync(inTheWay);
    expect(await archive.store([low])).toEqual([true]);
    await archive.close();
    await expect(archive.store([risky])).rejects.toMatchObject({ code: 'archive_unavailable' });
    await expect(archive.get('low')).rejects.toMatchObject({ code: 'archive_unavailable' });
  });

  test('refuses a record without a time or an address', async () => {
    const archive = await open();
    for (const bad of [{ start_time: 'yesterday' }, { peer_ip: '192.0.2.0/24' }, { peer_ip: 'localhost' }]) {
      await expect(archive.store([low, sessionRecord(bad)])).rejects.toMatchObject({
        code: 'archive_bad_record',
      });
    }
    expect(await archive.days()).toEqual([]);
    await archive.close();
  });
});
