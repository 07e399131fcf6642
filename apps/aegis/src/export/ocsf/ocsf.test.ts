import type { SessionRecord } from '@aegis/model';
import { sessionRecord } from '@aegis/ports/conformance';
import { expect, test } from 'vitest';
import { hostileSession } from '../hostile-session.fixture.ts';
import { detectionFinding } from './detection-finding.ts';
import { httpActivity } from './http-activity.ts';
import { ocsfEvents } from './ocsf-events.ts';

/** Required in OCSF 1.5.0 by base_event, network (at least one endpoint), http_activity and finding_info. */
const REQUIRED = ['activity_id', 'category_uid', 'class_uid', 'metadata', 'severity_id', 'time', 'type_uid'];

async function* each(...sessions: readonly SessionRecord[]): AsyncGenerator<SessionRecord> {
  yield* sessions;
}

test('required attributes are there, and the type is class and activity', async () => {
  const events: Record<string, unknown>[] = [];
  for await (const event of ocsfEvents(each(sessionRecord(), hostileSession)))
    events.push(event as Record<string, unknown>);
  expect(events.map(({ class_uid: uid }) => uid)).toEqual([4002, 2004, 4002, 2004]);
  for (const event of events) {
    for (const name of REQUIRED) expect(event).toHaveProperty(name);
    const { class_uid: uid, activity_id: activity, category_uid: category, time } = event;
    expect(event.type_uid).toBe(Number(uid) * 100 + Number(activity));
    expect(category).toBe(Math.floor(Number(uid) / 1_000));
    expect(event.end_time).toBeGreaterThanOrEqual(Number(time));
    expect(event.metadata).toMatchObject({ version: '1.5.0', product: { vendor_name: 'Aegis' } });
    expect(JSON.stringify(event)).toBe(JSON.stringify(event).toWellFormed());
  }
});

test('the request, who sent it, and what was found', () => {
  const known = { ...sessionRecord().threat_intelligence, asn: 64_500, as_name: 'Example Net' };
  const session = sessionRecord({ threat_intelligence: known });
  expect(httpActivity(session)).toMatchObject({
    activity_id: 6,
    src_endpoint: {
      ip: '192.0.2.100',
      port: 54_321,
      location: { country: 'NL' },
      autonomous_system: { number: 64_500, name: 'Example Net' },
    },
    http_request: { http_method: 'POST', user_agent: 'sqlmap/1.5.2', url: { path: '/login' } },
    http_response: { code: 200 },
  });
  expect(detectionFinding(session)).toMatchObject({
    severity_id: 4,
    risk_level_id: 3,
    risk_score: 75,
    finding_info: { uid: 'attack-sqli-001', attacks: [{ technique: { uid: 'T1190' } }] },
    remediation: { desc: 'block_ip_immediately: it exploits' },
  });
});

test('a session without requests or of another protocol is a finding alone', async () => {
  const events: object[] = [];
  const quiet = sessionRecord({ requests: [] });
  for await (const event of ocsfEvents(each(quiet, sessionRecord({ protocol: 'ssh', attack_types: [] }))))
    events.push(event);
  expect(events).toMatchObject([{ class_uid: 2004 }]);
});

test('a sub-technique stands beside its technique', () => {
  const patterns = { ...sessionRecord().attack_patterns, mitre_attack: ['T1595.002'] };
  expect(detectionFinding(sessionRecord({ attack_patterns: patterns }))).toMatchObject({
    finding_info: {
      attacks: [
        {
          technique: { uid: 'T1595', name: 'Active Scanning' },
          sub_technique: { uid: 'T1595.002', name: 'Vulnerability Scanning' },
        },
      ],
    },
  });
});
