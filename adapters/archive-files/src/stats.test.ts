import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, type SessionRecord, THREAT_LEVELS } from '@aegis/model';
import type { SessionStats, TimeRange } from '@aegis/ports';
import { sessionRecord } from '@aegis/ports/conformance';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openFileArchive } from './file-archive.ts';

/** The same by reading every record: slow, and obviously right. */
function countAll(
  records: readonly SessionRecord[],
  { from = -Infinity, to = Infinity }: TimeRange,
): SessionStats {
  const inRange = records.filter(
    ({ start_time }) => Date.parse(start_time) >= from && Date.parse(start_time) < to,
  );
  const by = (values: (record: SessionRecord) => string | readonly string[]): Record<string, number> => {
    const all = inRange.flatMap((each) => values(each));
    return Object.fromEntries(
      [...Map.groupBy(all, (value) => value)].map(([value, each]) => [value, each.length]),
    );
  };
  const hour = ({ start_time }: SessionRecord): number => new Date(start_time).getUTCHours();
  const sources = [...Map.groupBy(inRange, (each) => each.peer_ip)].map(([peer_ip, each]) => ({
    peer_ip,
    sessions: each.length,
    max_risk: Math.max(...each.map(({ risk_score }) => risk_score)),
  }));
  return {
    sessions: inRange.length,
    requests: inRange.reduce((sum, each) => sum + each.request_count, 0),
    by_level: { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, INFO: 0, ...by((each) => [each.threat_level]) },
    by_attack_type: by((each) => each.attack_types),
    by_tool: by((each) => each.user_agent_info.tool_name ?? []),
    by_country: by((each) => each.threat_intelligence.country ?? []),
    by_technique: by((each) => each.attack_patterns.mitre_attack),
    by_owner: by(() => 'tool'),
    by_network: by(({ threat_intelligence: { asn, as_name } }) =>
      asn === undefined ? [] : `AS${asn} ${as_name}`,
    ),
    by_client: by((each) => each.user_agent_info.kind),
    by_hour: Array.from({ length: 24 }, (_, h) => inRange.filter((each) => hour(each) === h).length),
    top_sources: sources.toSorted(
      (a, b) => b.sessions - a.sessions || b.max_risk - a.max_risk || a.peer_ip.localeCompare(b.peer_ip),
    ),
  };
}

/** Removes the last line of every day's sessions; gives the records that are left. */
function cutLastRecords(folder: string, records: readonly SessionRecord[]): readonly SessionRecord[] {
  const left = new Set<string>();
  for (const path of globSync('sessions/*/sessions.jsonl', { cwd: folder })) {
    const lines = readFileSync(join(folder, path), 'utf8').split('\n').slice(0, -2);
    writeFileSync(join(folder, path), lines.map((line) => `${line}\n`).join(''));
    for (const line of lines) left.add((JSON.parse(line) as SessionRecord).sess_uuid);
  }
  return records.filter((each) => left.has(each.sess_uuid));
}

const EPOCH = Date.UTC(2025, 9, 27);
// Around the epoch too, where hours before 1970 are negative.
const time = fc.oneof(
  fc.integer({ min: EPOCH - 9_000_000, max: EPOCH + 9_000_000 }),
  fc.integer({ min: -9_000_000, max: 9_000_000 }),
);
const record = fc
  .record({
    start: time,
    level: fc.constantFrom(...THREAT_LEVELS),
    peer_ip: fc.constantFrom('192.0.2.1', '192.0.2.2', '192.0.2.3'),
    asn: fc.option(fc.constantFrom(64_500, 64_501), { nil: undefined }),
    country: fc.option(fc.constantFrom('NL', 'DE', '__proto__'), { nil: undefined }),
    attack_types: fc.uniqueArray(fc.constantFrom('sql_injection', 'scanner', 'index'), { maxLength: 3 }),
    techniques: fc.uniqueArray(fc.constantFrom('T1190', 'T1110', 'T1595.002'), { maxLength: 3 }),
    risk_score: fc.integer({ min: 0, max: 100 }),
    request_count: fc.nat({ max: 1_000 }),
  })
  .map(({ start, level, country, asn, techniques, ...rest }) => {
    const { threat_intelligence, attack_patterns } = sessionRecord();
    const { country: _, ...intelligence } = threat_intelligence;
    return sessionRecord({
      ...rest,
      start_time: new Date(start).toISOString(),
      threat_level: level,
      threat_intelligence: {
        ...intelligence,
        ...(country !== undefined && { country }),
        ...(asn !== undefined && { asn, as_name: 'Example Net' }),
      },
      attack_patterns: { ...attack_patterns, mitre_attack: techniques },
    });
  });

test('statistics equal a count over all records, for any range, and again after the tallies are made anew', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { maxLength: 40 }),
      fc.array(fc.record({ from: time, to: time }, { requiredKeys: [] }), { minLength: 1, maxLength: 5 }),
      async (drawn, ranges) => {
        const records = drawn.map((each, i) => ({ ...each, sess_uuid: `s${i}` }));
        const folder = mkdtempSync(join(tmpdir(), 'aegis-archive-'));
        const open = () => openFileArchive({ folder, clock: new ManualClock(), format: 'jsonl' });
        try {
          const archive = await open();
          const half = records.length >> 1;
          await archive.store(records.slice(0, half));
          await archive.store(records);
          for (const range of ranges) expect(await archive.stats(range)).toEqual(countAll(records, range));
          await archive.close();

          // Every file loses its last record, so that the tallies of its hours are counted again.
          const kept = cutLastRecords(folder, records);
          const again = await open();
          for (const range of ranges) expect(await again.stats(range)).toEqual(countAll(kept, range));
          await again.close();
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      },
    ),
    { numRuns: 20 },
  );
}, 120_000);
