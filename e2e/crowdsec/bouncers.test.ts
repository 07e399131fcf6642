import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realProgramTest, unpackedPackage } from '@aegis/testing';
import { expect } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { type CrowdsecScene, openCrowdsecScene } from './crowdsec-scene.ts';

const BANNED = '10.80.0.2';
const OTHER = '10.80.0.3';

async function inScene(test: (scene: CrowdsecScene) => Promise<void>): Promise<void> {
  const scene = await openCrowdsecScene();
  try {
    await test(scene);
  } finally {
    await scene.remove();
  }
}

realProgramTest('crowdsec-firewall-bouncer', 'the unmodified program drops what Aegis bans', () =>
  inScene(async ({ aegis, folder, start, key, reaches }) => {
    await aegis('decisions', 'add', BANNED, '--reason', 'before the bouncer came');
    const config = join(folder, 'firewall.yaml');
    writeFileSync(
      config,
      `mode: nftables
update_frequency: 1s
daemonize: false
log_mode: stdout
log_level: info
api_url: http://127.0.0.1:8080/
api_key: ${key}
deny_action: DROP
supported_decisions_types: [ban]
nftables:
  ipv4: { enabled: true, set-only: false, table: crowdsec, chain: crowdsec-chain }
  ipv6: { enabled: true, set-only: false, table: crowdsec6, chain: crowdsec6-chain }
prometheus: { enabled: false }
`,
    );
    const { root } = unpackedPackage('crowdsec-firewall-bouncer');
    start([join(root, 'usr/bin/crowdsec-firewall-bouncer'), '-c', config]);
    await reaches(BANNED, false);
    await reaches(OTHER, true);
    await aegis('decisions', 'add', OTHER, '--reason', 'while it runs');
    await reaches(OTHER, false);
    await aegis('decisions', 'delete', BANNED);
    await reaches(BANNED, true);
    await aegis('decisions', 'add', BANNED, '--duration', '4s', '--reason', 'a short one');
    await reaches(BANNED, false);
    await reaches(BANNED, true);
    await reaches(OTHER, false);
  }),
);

realProgramTest(
  'crowdsec-custom-bouncer',
  'the unmodified program calls its script for each ban and each end',
  () =>
    inScene(async ({ aegis, folder, start, key }) => {
      const calls = join(folder, 'calls.txt');
      const script = join(folder, 'script.sh');
      writeFileSync(script, `#!/bin/sh\necho "$1 $2 $4" >> ${calls}\n`, { mode: 0o755 });
      const config = join(folder, 'custom.yaml');
      writeFileSync(
        config,
        `bin_path: ${script}
piddir: ${folder}
update_frequency: 1s
cache_retention_duration: 1s
daemonize: false
log_mode: stdout
log_level: info
api_url: http://127.0.0.1:8080/
api_key: ${key}
prometheus: { enabled: false }
`,
      );
      await aegis('decisions', 'add', '192.0.2.1', '192.0.2.0/24', '--reason', 'before');
      const { root } = unpackedPackage('crowdsec-custom-bouncer');
      start([join(root, 'usr/bin/crowdsec-custom-bouncer'), '-c', config]);
      const called = (line: string): Promise<true> =>
        eventually(`the script is called with ${line}`, async () =>
          existsSync(calls) &&
          readFileSync(calls, 'utf8')
            .split('\n')
            .some((call) => call.startsWith(line))
            ? true
            : undefined,
        );
      await called('add 192.0.2.1 cli');
      await called('add 192.0.2.0/24 cli');
      await aegis('decisions', 'add', '2001:db8::7', '--duration', '2s', '--reason', 'while it runs');
      await called('add 2001:db8::7');
      await called('del 2001:db8::7');
      await aegis('decisions', 'delete', '192.0.2.1');
      await called('del 192.0.2.1');
      expect(readFileSync(calls, 'utf8')).not.toContain('del 192.0.2.0/24');
    }),
);
