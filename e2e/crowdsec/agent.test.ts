import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realProgramTest, unpackedPackage } from '@aegis/testing';
import { expect } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { openCrowdsecScene } from './crowdsec-scene.ts';

/** A rule of our own in CrowdSec's language: four failed logins are too many. */
const RULES: Readonly<Record<string, string>> = {
  'parsers/s00-raw/own-raw.yaml': `name: test/own-raw
onsuccess: next_stage
statics:
  - parsed: message
    expression: evt.Line.Raw
  - parsed: program
    value: own
`,
  'parsers/s01-parse/own-parse.yaml': `name: test/own-parse
filter: evt.Parsed.program == 'own'
onsuccess: next_stage
nodes:
  - grok:
      pattern: '^%{TIMESTAMP_ISO8601:timestamp} failed login from %{IP:source_ip}$'
      apply_on: message
statics:
  - meta: log_type
    value: failed_login
  - meta: source_ip
    expression: evt.Parsed.source_ip
  - target: evt.StrTime
    expression: evt.Parsed.timestamp
`,
  'parsers/s02-enrich/own-date.yaml': `name: test/own-date
filter: evt.StrTime != ''
statics:
  - method: ParseDate
    expression: evt.StrTime
  - target: MarshaledTime
    expression: evt.Enriched.MarshaledTime
`,
  'scenarios/own-logins.yaml': `type: leaky
name: test/too-many-logins
description: too many failed logins
filter: evt.Meta.log_type == 'failed_login'
groupby: evt.Meta.source_ip
leakspeed: 60s
capacity: 3
blackhole: 1m
labels: { remediation: true }
`,
};

realProgramTest(
  'crowdsec',
  'the unmodified agent logs in, sends its alert, and the attacker is banned',
  async () => {
    const scene = await openCrowdsecScene();
    try {
      const { folder, aegis, start } = scene;
      const at = (name: string): string => join(folder, name);
      for (const name of [
        'parsers/s00-raw',
        'parsers/s01-parse',
        'parsers/s02-enrich',
        'scenarios',
        'hub',
        'data',
        'postoverflows',
      ])
        mkdirSync(at(name), { recursive: true });
      const { root } = unpackedPackage('crowdsec');
      cpSync(join(root, 'etc/crowdsec/patterns'), at('patterns'), { recursive: true });
      for (const [name, text] of Object.entries(RULES)) writeFileSync(at(name), text);
      const index = { parsers: {}, scenarios: {}, collections: {}, postoverflows: {} };
      writeFileSync(at('hub/.index.json'), JSON.stringify(index));
      writeFileSync(at('simulation.yaml'), 'simulation: false\n');
      writeFileSync(
        at('credentials.yaml'),
        'url: http://127.0.0.1:8080/\nlogin: web-1\npassword: a-long-password\n',
      );
      writeFileSync(
        at('config.yaml'),
        `common: { daemonize: false, log_media: stdout, log_level: info, working_dir: . }
config_paths:
  config_dir: ${folder}
  data_dir: ${at('data')}
  simulation_path: ${at('simulation.yaml')}
  hub_dir: ${at('hub')}
  index_path: ${at('hub/.index.json')}
crowdsec_service: { parser_routines: 1 }
cscli: { output: human }
db_config: { type: sqlite, db_path: ${at('data/crowdsec.db')} }
api:
  client: { insecure_skip_verify: false, credentials_path: ${at('credentials.yaml')} }
prometheus: { enabled: false }
`,
      );
      const attacker = '203.0.113.77';
      const line = (seconds: number, from: string): string =>
        `${new Date(Date.now() - 60_000 + seconds * 1000).toISOString()} failed login from ${from}\n`;
      const attack = Array.from({ length: 8 }, (_, i) => line(i, attacker));
      writeFileSync(at('auth.log'), [...attack, line(9, '203.0.113.78')].join(''));

      const register = JSON.stringify({ machine_id: 'web-1', password: 'a-long-password' });
      const json = ['-H', 'content-type: application/json'];
      const curl = (...words: readonly string[]): Promise<string> =>
        scene.gateway.run('curl', '-s', ...words);
      const status = await curl(
        '-o',
        '/dev/null',
        '-w',
        '%{http_code}',
        ...json,
        '-d',
        register,
        'http://127.0.0.1:8080/v1/watchers',
      );
      expect(status).toBe('201');
      const agent = [
        '-c',
        at('config.yaml'),
        '-no-api',
        '-dsn',
        `file://${at('auth.log')}`,
        '-type',
        'own',
      ] as const;

      // Until somebody says yes it is not let in.
      const refused = start([join(root, 'usr/bin/crowdsec'), ...agent]);
      await eventually('the agent is refused', async () =>
        refused.output().includes('not validated') ? true : undefined,
      );
      expect(await aegis('crowdsec', 'machines')).toMatch(/web-1\s+waits/);
      await aegis('crowdsec', 'approve', 'web-1');

      const run = start([join(root, 'usr/bin/crowdsec'), ...agent]);
      type Listed = { readonly decisions: readonly { readonly decision: Record<string, string> }[] };
      const banned = await eventually('the attacker is banned', async () => {
        const { decisions } = JSON.parse(
          await aegis('decisions', 'list', '--origin', 'crowdsec', '--json'),
        ) as Listed;
        return decisions.length > 0 ? decisions : undefined;
      }).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${run.output().slice(-2000)}`);
      });
      expect(banned).toHaveLength(1);
      expect(banned[0]?.decision).toMatchObject({
        value: attacker,
        action: 'ban',
        source: 'test/too-many-logins',
      });
      // Four hours from its last event, a minute ago, and not from now.
      const left = Date.parse(banned[0]?.decision.expires ?? '') - Date.now();
      expect(left).toBeGreaterThan(3.9 * 3_600_000);
      expect(left).toBeLessThan(4 * 3_600_000 - 30_000);
    } finally {
      await scene.remove();
    }
  },
);
