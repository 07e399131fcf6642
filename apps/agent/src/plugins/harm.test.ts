import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '@aegis/fleet';
import { type Clock, silentLogger } from '@aegis/model';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openLimitGroups } from '../limits/limit-groups.ts';
import type { Limits } from '../limits/limits.ts';
import { StateFolder } from '../state/state-folder.ts';
import { BREAKER_RULES } from './breaker.ts';
import type { PluginPlan } from './plugin-plan.ts';
import type { PluginReport } from './plugin-runner.ts';
import { Supervisor } from './supervisor.ts';

// Plugins that do harm, as real processes. Every one is bounded by itself too: should a limit fail, a test does.

const PATIENCE = { timeout: 60_000, interval: 50 };
vi.setConfig({ testTimeout: 120_000 });

const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
const MIB = 1_048_576;
const LIMITS: Limits = { memory: 64 * MIB, cpu: 20, processes: 16, files: 32 };
const READY = `read -r start; echo '{"type":"ready"}'`;
const QUIET = `${READY}; read -r stop`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-harm-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const shell = (name: string, script: string, change: Partial<PluginPlan> = {}): PluginPlan => ({
  ...{ name, command: ['/bin/sh', '-c', script], settings: {}, limits: LIMITS },
  ...change,
});

interface Scene extends AsyncDisposable {
  readonly supervisor: Supervisor;
  readonly findings: Finding[];
  report(name: string): PluginReport;
  until(name: string, holds: (report: PluginReport) => boolean): Promise<PluginReport>;
}

let scenes = 0;

function scene(kind: 'auto' | 'none', plans: readonly PluginPlan[]): Scene {
  const groups = openLimitGroups(kind, `test-${process.pid}-${scenes++}`, silentLogger);
  const findings: Finding[] = [];
  const supervisor = new Supervisor({
    ...{ agentId: 'host', state: new StateFolder(folder), groups, clock, logger: silentLogger },
    rules: { ...BREAKER_RULES, mostFailures: 3, firstDelayMs: 20, openMs: 600_000 },
    times: { readyMs: 20_000, provenMs: 300, killAfterMs: 500, lookMs: 100 },
    onFinding: (_, finding) => void findings.push(finding),
    onChange: () => {},
  });
  void supervisor.plan(plans);
  const report = (name: string): PluginReport => {
    const found = supervisor.reports.find((each) => each.name === name);
    if (found === undefined) throw new Error(`there is no report of ${name} yet`);
    return found;
  };
  return {
    ...{ supervisor, findings, report },
    until: (name, holds) =>
      vi.waitFor(() => {
        const seen = report(name);
        if (!holds(seen)) throw new Error(JSON.stringify(seen));
        return seen;
      }, PATIENCE),
    async [Symbol.asyncDispose]() {
      await supervisor.hold('end');
      groups.close();
    },
  };
}

/** Processes whose command line has this word. */
function processesWith(word: string): number {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').includes(word);
    } catch {
      return false;
    }
  }).length;
}

describe.each(['auto', 'none'] as const)('with limits of the kind %s', (kind) => {
  test('what eats memory is ended and left alone; its neighbours go on', async () => {
    // Doubling 20 times from 64 bytes: 64 MiB at once, and twice that while it is copied.
    const hog = `${READY}; x=${'x'.repeat(64)}; i=0; while [ $i -lt 21 ]; do x=$x$x; i=$((i+1)); done; sleep 30`;
    const work = spawn('/bin/sh', ['-c', 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo done']);
    const done = new Promise<string>((resolve) =>
      work.stdout.once('data', (chunk: Buffer) => resolve(String(chunk))),
    );
    await using stage = scene(kind, [
      shell('hog', hog, { limits: { ...LIMITS, memory: 16 * MIB, cpu: 100 } }),
      shell('quiet', QUIET),
    ]);
    const seen = await stage.until('hog', ({ breaker, state }) => breaker === 'open' && state === 'waiting');
    expect(seen.lastError).toMatch(/^memory: over its cap of 16777216 bytes/);
    expect(seen.healthy).toBe(false);
    expect(stage.report('quiet')).toMatchObject({ state: 'running', starts: 1 });
    expect(await done).toBe('done\n');
  });

  test('what spins is slowed down or ended, and left alone', async () => {
    await using stage = scene(kind, [shell('spin', `${READY}; while :; do :; done`), shell('quiet', QUIET)]);
    const seen = await stage.until('spin', ({ breaker }) => breaker === 'open');
    expect(seen.lastError).toMatch(/^cpu: at its cap of 20% of a core/);
    expect(stage.report('quiet')).toMatchObject({ state: 'running', starts: 1 });
  });

  test('what starts one process after the other is ended, and so are all of them', async () => {
    const word = `6${process.pid}`;
    // No more than 80, whatever the limits do.
    const bomb = `${READY}; i=0; while [ $i -lt 80 ]; do sleep ${word} & i=$((i+1)); done; sleep ${word}`;
    await using stage = scene(kind, [
      shell('bomb', bomb, { limits: { ...LIMITS, memory: 1_024 * MIB, cpu: 100 } }),
      shell('quiet', QUIET),
    ]);
    const seen = await stage.until('bomb', ({ lastError }) => /processes/.test(lastError));
    expect(seen.healthy).toBe(false);
    await stage.until('bomb', ({ breaker, state }) => breaker === 'open' && state === 'waiting');
    await vi.waitFor(() => expect(processesWith(word)).toBe(0), PATIENCE);
    expect(stage.report('quiet')).toMatchObject({ state: 'running', starts: 1 });
  });
});

test('what leaks open files has only its own to leak', async () => {
  const before = readdirSync('/proc/self/fd').length;
  const leak = `${READY}; while exec {fd}</dev/null; do :; done; exit 3`;
  await using stage = scene('none', [
    { ...shell('leak', ''), command: ['/bin/bash', '-c', leak] },
    shell('quiet', QUIET),
  ]);
  const seen = await stage.until('leak', ({ breaker }) => breaker === 'open');
  expect(seen.lastError).toMatch(/Too many open files|ended with/);
  expect(stage.report('quiet')).toMatchObject({ state: 'running', starts: 1 });
  expect(readdirSync('/proc/self/fd').length).toBeLessThan(before + 40);
});

test('what dies as it starts is tried later each time, then left alone; also by the next agent', async () => {
  const plan = shell('dies', 'echo "no licence" >&2; exit 3');
  {
    await using stage = scene('none', [plan]);
    const seen = await stage.until('dies', ({ breaker, state }) => breaker === 'open' && state === 'waiting');
    expect(seen).toMatchObject({ starts: 3, lastError: 'ended with 3: no licence' });
  }
  await using again = scene('none', [plan]);
  const seen = await again.until('dies', ({ state }) => state === 'waiting');
  expect(seen).toMatchObject({ breaker: 'open', starts: 0 });
});

test('a program that is not there, and one that never says that it is ready', async () => {
  await using stage = scene('none', [
    { ...shell('gone', ''), command: ['/nonexistent/plugin'] },
    shell('early', `echo '{"type":"health","healthy":true}'; ${QUIET}`),
  ]);
  expect((await stage.until('gone', ({ breaker }) => breaker === 'open')).lastError).toContain(
    'ended with 127',
  );
  expect(await stage.until('early', ({ state }) => state === 'running')).toMatchObject({ faults: 1 });
});

test.each([
  ['refused', `case "$start" in *bad*) echo '{"type":"refused","error":"bad: no"}'; exit 1;; esac`],
  ['deadly', `case "$start" in *bad*) exit 9;; esac`],
])('settings that are %s are given up for those that worked', async (_, reaction) => {
  const script = `read -r start; ${reaction}; echo '{"type":"ready"}'; read -r stop`;
  const good = shell('fussy', script, { settings: { level: 'good' } });
  await using stage = scene('none', [good]);
  await stage.until('fussy', ({ isProven }) => isProven);
  const bad = { ...good, settings: { level: 'bad' } };
  await stage.supervisor.plan([bad]);
  const seen = await stage.until('fussy', ({ isProven, rolledBack }) => isProven && rolledBack !== '');
  expect(seen).toMatchObject({ state: 'running', breaker: 'closed', healthy: true });
  // Asked for again, it is not tried again.
  await stage.supervisor.plan([good]);
  await stage.until('fussy', ({ isProven }) => isProven);
  const { starts } = stage.report('fussy');
  await stage.supervisor.plan([bad]);
  expect(await stage.until('fussy', ({ isProven }) => isProven)).toMatchObject({ starts: starts + 1 });
});

test('what never stops talking waits until it is heard', async () => {
  const line = '{"type":"finding","finding":{"kind":"report","at":1,"about":"flood","data":{}}}';
  await using stage = scene('none', [shell('flood', `${READY}; exec yes '${line}'`), shell('quiet', QUIET)]);
  const begun = performance.now();
  await vi.waitFor(() => expect(stage.findings.length).toBeGreaterThan(20_000), PATIENCE);
  const seconds = (performance.now() - begun) / 1_000;
  // A MiB for each second that has begun, and what a pipe and a chunk hold.
  expect((stage.findings.length * (line.length + 1)) / MIB).toBeLessThan(Math.ceil(seconds) + 2);
  expect(stage.report('quiet')).toMatchObject({ state: 'running', starts: 1 });
});

test('what ignores a stop is killed, and a held supervisor starts nothing', async () => {
  await using stage = scene('none', [shell('deaf', `trap '' TERM; ${READY}; while :; do sleep 1; done`)]);
  await stage.until('deaf', ({ state }) => state === 'running');
  await stage.supervisor.hold('halt');
  expect(stage.report('deaf')).toMatchObject({ state: 'stopped', starts: 1, healthy: true });
  await stage.supervisor.plan([shell('deaf', QUIET)]);
  expect(stage.report('deaf')).toMatchObject({ state: 'stopped', starts: 1 });
  await stage.supervisor.release('halt');
  await stage.until('deaf', ({ state }) => state === 'running');
});

test('lines that are none, too long, or of an attacker are counted and passed over', async () => {
  const said = [
    'no json',
    '{"type":"finding","finding":{"kind":"proposal"}}',
    '{"type":"__proto__"}',
    '{"type":"state","state":{"__proto__":{"polluted":true}}}',
    '{"type":"finding","finding":{"kind":"report","at":1,"about":"test","data":{"n":1}}}',
  ];
  const lines = said.map((line) => `echo '${line}'`).join('; ');
  const long = `head -c 200000 /dev/zero | tr '\\0' x; echo`;
  await using stage = scene('none', [shell('odd', `${READY}; ${long}; ${lines}; read -r stop`)]);
  await vi.waitFor(() => expect(stage.findings).toHaveLength(1), PATIENCE);
  expect(stage.report('odd')).toMatchObject({ faults: 4, state: 'running' });
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});
