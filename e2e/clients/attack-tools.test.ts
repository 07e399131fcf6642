import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AttackType,
  type Decision,
  type EvidencePlace,
  THREAT_LEVELS,
  type ThreatLevel,
} from '@aegis/model';
import { realProgramTest } from '@aegis/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningAegis } from '../harness/aegis-process.ts';
import { runProgram } from '../harness/run-program.ts';
import { sessionsOfVisit, startDecoyNode } from './decoy-visits.ts';

interface Attack {
  readonly name: string;
  readonly what: string;
  readonly command: (site: URL, folder: string) => readonly string[];
  /** Of those that say who they are. */
  readonly tool?: string;
  readonly type: AttackType;
  readonly technique: string;
  readonly place: EvidencePlace;
  /** Of the worst session, at least. */
  readonly level: ThreatLevel;
  readonly requests: number;
}

/** Names that path finders try; the decoy has a few of them. */
const WORDS = [
  ...Array.from({ length: 150 }, (_, i) => `old-${i}`),
  ...['admin', 'backup', 'login', 'server-status', '.git/HEAD', '.env', 'config.php.bak', 'uploads', 'staff'],
];
const PASSWORDS = ['admin', 'letmein', 'larkfield', 'tomato1', 'qwerty', 'secret', 'changeme', 'toor'];

/** A file of lines for a tool to read. */
function list(folder: string, name: string, lines: readonly string[]): string {
  const file = join(folder, name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

const ATTACKS: readonly Attack[] = [
  {
    name: 'sqlmap',
    what: 'tries to inject SQL into a query parameter',
    command: ({ href }, folder) => [
      ...['sqlmap', '-u', `${href}product?id=1`, '--batch', '--disable-coloring', '--output-dir', folder],
      ...['--technique', 'BU', '--level', '1', '--timeout', '5', '--retries', '0'],
    ],
    tool: 'sqlmap',
    type: 'sql_injection',
    technique: 'T1190',
    place: 'query',
    level: 'HIGH',
    requests: 30,
  },
  {
    name: 'nmap',
    what: 'enumerates paths with http-enum',
    command: ({ port }) => [
      ...['nmap', '-n', '-Pn', '-sT', '-p', port, '--script', '+http-enum', '127.0.0.1'],
    ],
    tool: 'nmap',
    type: 'path_enumeration',
    technique: 'T1595.003',
    place: 'behaviour',
    level: 'MEDIUM',
    requests: 500,
  },
  {
    name: 'nmap',
    what: 'tries Shellshock with http-shellshock',
    command: ({ port }) => [
      ...['nmap', '-n', '-Pn', '-sT', '-p', port, '--script', '+http-shellshock', '127.0.0.1'],
    ],
    type: 'command_execution',
    technique: 'T1059.004',
    place: 'header',
    level: 'HIGH',
    requests: 1,
  },
  {
    name: 'hydra',
    what: 'guesses passwords at the login form',
    command: ({ port }, folder) => [
      ...['hydra', '-L', list(folder, 'users', ['admin', 'root', 'ruth'])],
      ...['-P', list(folder, 'passwords', PASSWORDS), '-t', '4', '-I', '-s', port, '127.0.0.1'],
      ...['http-post-form', '/login:username=^USER^&password=^PASS^:name or password is wrong'],
    ],
    tool: 'hydra',
    type: 'brute_force',
    technique: 'T1110.001',
    place: 'behaviour',
    level: 'MEDIUM',
    requests: 24,
  },
  {
    name: 'gobuster',
    what: 'looks for directories',
    command: ({ href }, folder) => [
      ...['gobuster', 'dir', '-q', '-z', '-t', '4', '-u', href, '-w', list(folder, 'words', WORDS)],
    ],
    tool: 'gobuster',
    type: 'path_enumeration',
    technique: 'T1595.003',
    place: 'behaviour',
    level: 'MEDIUM',
    requests: 150,
  },
  {
    name: 'ffuf',
    what: 'looks for files',
    command: ({ href }, folder) => [
      ...['ffuf', '-s', '-t', '4', '-u', `${href}FUZZ`, '-w', list(folder, 'words', WORDS)],
    ],
    tool: 'ffuf',
    type: 'path_enumeration',
    technique: 'T1595.003',
    place: 'behaviour',
    level: 'MEDIUM',
    requests: 150,
  },
  {
    name: 'dirb',
    what: 'looks for directories under a forged name',
    command: ({ href }, folder) => ['dirb', href, list(folder, 'words', WORDS), '-S', '-w', '-r'],
    type: 'path_enumeration',
    technique: 'T1595.003',
    place: 'behaviour',
    level: 'MEDIUM',
    requests: 150,
  },
  {
    name: 'wfuzz',
    what: 'fuzzes a parameter with path traversals',
    command: ({ href }, folder) => {
      const up = [3, 4, 5, 6, 7].flatMap((depth) =>
        ['etc/passwd', 'etc/hosts', 'proc/self/environ'].map((file) => `${'../'.repeat(depth)}${file}`),
      );
      return ['wfuzz', '-t', '4', '-w', list(folder, 'payloads', up), `${href}download?file=FUZZ`];
    },
    tool: 'wfuzz',
    type: 'local_file_inclusion',
    technique: 'T1083',
    place: 'query',
    level: 'HIGH',
    requests: 15,
  },
  {
    name: 'whatweb',
    what: 'finds out what the site runs on',
    command: ({ href }) => ['whatweb', '--quiet', '--no-errors', '--color', 'never', '-a', '3', href],
    tool: 'whatweb',
    type: 'scanner',
    technique: 'T1595.002',
    place: 'behaviour',
    level: 'LOW',
    requests: 1,
  },
  {
    name: 'curl',
    what: 'injects by hand, from an address of its own',
    command: ({ href }) => [
      ...['curl', '--silent', '--interface', '127.0.66.1', '--output', '/dev/null', '-A', 'Mozilla/5.0'],
      `${href}product?id=-1%20UNION%20SELECT%20username,password%20FROM%20users--`,
    ],
    type: 'sql_injection',
    technique: 'T1190',
    place: 'query',
    level: 'MEDIUM',
    requests: 1,
  },
];

/** 0 is the worst. */
const rank = (level: ThreatLevel): number => THREAT_LEVELS.indexOf(level);

let node: RunningAegis;
let folder: string;
beforeAll(async () => {
  node = await startDecoyNode();
  folder = mkdtempSync(join(tmpdir(), 'aegis-attacks-'));
});
afterAll(async () => {
  await node.stop();
  rmSync(folder, { recursive: true, force: true });
});

for (const { name, what, command, tool, type, technique, place, level, requests } of ATTACKS) {
  realProgramTest(name, what, async () => {
    const home = mkdtempSync(join(folder, `${name}-`));
    const sessions = await sessionsOfVisit(node, () =>
      runProgram(command(new URL(`${node.decoy}/`), home), { cwd: home, env: { HOME: home } }),
    );
    const count = sessions.reduce((sum, { request_count }) => sum + request_count, 0);
    expect(count).toBeGreaterThanOrEqual(requests);

    const attack = sessions.find(({ attack_types }) => attack_types.includes(type));
    expect(attack?.attack_patterns.mitre_attack).toContain(technique);
    expect(attack?.payloads).toContainEqual(
      expect.objectContaining({ attack_type: type, place, techniques: expect.arrayContaining([technique]) }),
    );
    expect(rank(attack?.threat_level ?? 'INFO')).toBeLessThanOrEqual(rank(level));
    if (tool !== undefined) expect(attack?.user_agent_info).toMatchObject({ tool_name: tool });
  });
}

test('none of it led to a ban: loopback cannot be locked out, and the refused proposals are counted', async () => {
  type Decisions = { readonly decisions: readonly { readonly decision: Decision }[] };
  const { decisions } = await node.get<Decisions>('/v1/decisions?in_force=false&limit=500');
  const restricting = decisions.filter(({ decision }) => !['allow', 'observe'].includes(decision.action));
  expect(restricting).toEqual([]);
  for (const address of ['127.0.0.1', '127.0.66.1']) {
    const { code, stdout } = await node.run(['check', address, '--json']);
    expect({ address, code }).toEqual({ address, code: 0 });
    expect((JSON.parse(stdout) as { outcome: string }).outcome).toMatch(/^(none|observe)$/);
  }
  const metrics = await (await node.fetch('/metrics')).text();
  expect(metrics).toMatch(/^aegis_proposals_refused_total\{reason="protected"\} [1-9]/m);
});
