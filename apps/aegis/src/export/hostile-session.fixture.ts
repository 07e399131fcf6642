import type { SessionRecord } from '@aegis/model';
import { sessionRecord } from '@aegis/ports/conformance';

/** Whatever an attacker may write, wherever one may write it. */
const TEXT = `=cmd|'/C calc'!A0\u0000\u001b[2J\u202e\ud800"',;\r\n\t\u2028${'x'.repeat(2_000)}`;

export const hostileSession: SessionRecord = sessionRecord({
  sess_uuid: TEXT,
  user_agent: TEXT,
  snare_uuid: TEXT,
  peer_ip: '2001:db8::bad',
  end_time: '2025-10-27T01:00:00Z',
  request_count: 0,
  requests: [
    {
      time: '2025-10-27T02:00:00Z',
      method: TEXT,
      path: `/?${TEXT}`,
      status: 500,
      attack_type: 'sql_injection',
    },
  ],
  payloads: [
    {
      place: 'query',
      part: TEXT,
      text: TEXT,
      decoded: TEXT,
      why: 'a test',
      attack_type: 'sql_injection',
      techniques: [],
    },
  ],
});
