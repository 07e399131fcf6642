import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unpackedPackage, unpackPackage } from '@aegis/testing';

/** CrowdSec's own server, Debian's package unpacked, registered nowhere. */
export interface CrowdsecLapi {
  readonly version: string;
  readonly url: string;
  /** Of a bouncer. */
  readonly key: string;
  /** Of a machine, as `cscli machines add` made it. */
  readonly machine: { readonly id: string; readonly password: string };
  readonly pid: number;
  stop(): Promise<void>;
}

const MACHINE = { id: 'bench', password: 'only for the time of this benchmark' };

/** A string says why it cannot be had. `bans` are addresses that it is given before it starts. */
export async function startCrowdsecLapi(
  port: number,
  bans: readonly string[],
  inside: readonly string[] = [],
): Promise<CrowdsecLapi | string> {
  if (unpackedPackage('crowdsec').version === undefined) {
    const why = unpackPackage('crowdsec');
    if (why !== '') return `crowdsec could not be unpacked: ${why}`;
  }
  const { root, version = '' } = unpackedPackage('crowdsec');
  const folder = mkdtempSync(join(tmpdir(), 'aegis-lapi-'));
  const at = (name: string): string => join(folder, name);
  for (const name of ['data', 'hub', 'notifications', 'plugins']) mkdirSync(at(name));
  writeFileSync(at('simulation.yaml'), 'simulation: false\n');
  writeFileSync(at('profiles.yaml'), PROFILES);
  writeFileSync(at('console.yaml'), '');
  writeFileSync(at('hub/.index.json'), '{}');
  writeFileSync(at('config.yaml'), configText(folder, port));
  const cscli = (...words: readonly string[]): string =>
    execFileSync(join(root, 'usr/bin/cscli'), ['-c', at('config.yaml'), ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  cscli(
    'machines',
    'add',
    MACHINE.id,
    '--password',
    MACHINE.password,
    '-f',
    at('credentials.yaml'),
    '--force',
  );
  const key = cscli('bouncers', 'add', 'bench', '-o', 'raw').trim();
  const command = [...inside, join(root, 'usr/bin/crowdsec'), '-c', at('config.yaml'), '-no-cs'];
  const child = spawn(command[0] as string, command.slice(1), { stdio: 'ignore' });
  const gone = once(child, 'exit');
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  if (inside.length === 0 && !(await answers(url, child))) {
    await stop();
    return 'crowdsec did not start';
  }
  if (bans.length > 0) {
    const list = at('bans.csv');
    const lines = bans.map((address) => `24h,bench,Ip,ban,${address}`);
    writeFileSync(list, `duration,reason,scope,type,value\n${lines.join('\n')}\n`);
    cscli('decisions', 'import', '-i', list);
  }
  return { version, url, key, machine: MACHINE, pid: child.pid as number, stop };
}

async function answers(url: string, child: ChildProcess): Promise<boolean> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline && child.exitCode === null) {
    const up = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) return true;
    await sleep(100);
  }
  return false;
}

const PROFILES = `name: default_ip_remediation
filters: [ 'Alert.Remediation == true && Alert.GetScope() == "Ip"' ]
decisions: [ { type: ban, duration: 4h } ]
on_success: break
`;

function configText(folder: string, port: number): string {
  const at = (name: string): string => join(folder, name);
  const credentials = at('credentials.yaml');
  if (!existsSync(credentials))
    writeFileSync(
      credentials,
      `url: http://127.0.0.1:${port}\nlogin: ${MACHINE.id}\npassword: ${MACHINE.password}\n`,
    );
  return `common: { daemonize: false, log_media: file, log_level: error, log_dir: ${folder}/, working_dir: . }
config_paths:
  config_dir: ${folder}
  data_dir: ${at('data')}
  simulation_path: ${at('simulation.yaml')}
  hub_dir: ${at('hub')}
  index_path: ${at('hub/.index.json')}
  notification_dir: ${at('notifications')}
  plugin_dir: ${at('plugins')}
crowdsec_service: { acquisition_path: ${at('acquis.yaml')}, parser_routines: 1 }
cscli: { output: human }
db_config:
  log_level: error
  type: sqlite
  db_path: ${at('data/crowdsec.db')}
  flush: { max_items: 200000, max_age: 7d }
plugin_config: { user: nobody, group: nogroup }
api:
  client: { insecure_skip_verify: false, credentials_path: ${credentials} }
  server:
    log_level: error
    listen_uri: 127.0.0.1:${port}
    profiles_path: ${at('profiles.yaml')}
    console_path: ${at('console.yaml')}
prometheus: { enabled: false }
`;
}
