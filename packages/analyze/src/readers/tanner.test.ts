import { expect, test } from 'vitest';
import { normalize } from '../normalize/normalize.ts';
import { tannerReader } from './tanner.ts';

const withRequests =
  '{"sess_uuid":"attack-sqli-001","peer_ip":"192.168.1.100","peer_port":54321,"user_agent":"sqlmap/1.5.2","start_time":1698364800,"attack_types":{"/login":"sqli"},"requests":[{"method":"POST","path":"/login","headers":{},"cookies":{}}]}';
const withPaths =
  '{"sess_uuid":"5f9e","peer_ip":"203.0.113.7","peer_port":"4711","location":"NA","user_agent":"Mozilla/5.0","snare_uuid":"snare","start_time":1698364800.5,"end_time":1698364830.25,"requests_in_second":0.07,"approx_time_between_requests":14.9,"accepted_paths":2,"errors":0,"hidden_links":0,"attack_types":["lfi","index"],"attack_count":{"lfi":1,"index":1},"paths":[{"path":"/","timestamp":1698364800.5,"response_status":200,"attack_type":"index"},{"path":"/?f=/etc/passwd","timestamp":1698364830.25,"response_status":200,"attack_type":"lfi"}],"cookies":{"sess_uuid":"x"},"referer":null,"possible_owners":{"attacker":1.0}}';

test.each([
  ['requests', withRequests, { labels: ['sql_injection'], clientPort: 54321, endedAt: 1698364800000 }],
  [
    'paths',
    withPaths,
    {
      labels: ['local_file_inclusion', 'index'],
      clientPort: 4711,
      endedAt: 1698364830250,
      sensorId: 'snare',
    },
  ],
])('the spelling with %s', (_, line, expected) => {
  const item = tannerReader().read(line);
  if (!item.ok || item.value?.kind !== 'session') throw new Error('not read');
  const session = normalize(item.value.session, { receivedAt: Date.UTC(2026, 0, 1) });
  expect(session).toMatchObject({ ok: true, value: { sensor: 'tanner', ...expected } });
});

test('a sensor that says what it is stays that; blank lines add nothing', () => {
  const item = tannerReader().read('{"sess_uuid":"a","peer_ip":"192.0.2.1","sensor":"tanner-eu"}');
  expect(item).toMatchObject({ value: { session: { sensor: 'tanner-eu' } } });
  expect(tannerReader().read('  ')).toEqual({ ok: true, value: undefined });
});

test.each([
  ['{"peer_ip":"192.0.2.1"}', 'missing_field', 'sess_uuid'],
  ['{"sess_uuid":5,"peer_ip":"192.0.2.1"}', 'bad_value', 'sess_uuid'],
  ['{"sess_uuid":"a"}', 'missing_field', 'peer_ip'],
  ['{"sess_uuid":"a","peer_ip":"example.org"}', 'bad_value', 'peer_ip'],
])('%s', (line, kind, field) => {
  expect(tannerReader().read(line)).toMatchObject({ ok: false, error: { kind, field } });
});
