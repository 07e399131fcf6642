import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rememberingRecognition } from '@aegis/analyze';
import { Address, type Result } from '@aegis/model';
import { describe, expect, test } from 'vitest';
import { fileSource } from '../ingest/source.ts';
import { scenarioRules } from '../node/load-scenarios.ts';
import { classesWith } from '../pipeline/classes-with.ts';
import { proposeScenario } from '../pipeline/propose-scenario.ts';
import { type PlayedLog, playLog } from './play-log.ts';

const HUB = '../shared/data/logs/hub';
const RECEIVED_AT = Date.UTC(2026, 10, 22);
const folders = existsSync(HUB) ? readdirSync(HUB).filter((name) => name !== 'LICENSE') : [];

/**
 * Whom the expectations do not name and who is caught all the same. zoneminder-bf: six names tried in four seconds,
 * in a spelling of time that the reader behind the expectations does not know.
 */
const MORE: Readonly<Record<string, readonly string[]>> = { 'zoneminder-bf': ['10.0.1.5'] };

const rules = scenarioRules([]);
const classesOf = classesWith(rememberingRecognition());

async function played(folder: string): Promise<PlayedLog> {
  const config = readFileSync(join(HUB, folder, 'config.yaml'), 'utf8');
  const log = join(HUB, folder, /log_file: (\S+)/.exec(config)?.[1] ?? '');
  const source = await fileSource(log, log);
  const result: Result<PlayedLog, { readonly message: string }> = await playLog(source, {
    rules,
    classesOf,
    receivedAt: RECEIVED_AT,
    signal: new AbortController().signal,
  });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** Who must be caught: an address in its canonical spelling, or a name. */
function expectedOf(folder: string): readonly string[] {
  const text = readFileSync(join(HUB, folder, 'scenario.assert'), 'utf8');
  const named = [...text.matchAll(/"([^"]+)" in results\[\d+\]\.Overflow\.GetSources/g)];
  return [...new Set(named.map(([, who = '']) => canonical(who)))];
}

function canonical(who: string): string {
  const address = Address.parse(who);
  return address.ok ? address.value : who;
}

test('the shared log lines are there', ({ skip }) => {
  if (folders.length === 0) skip('the shared log lines are not on this machine');
  expect(folders.length).toBeGreaterThan(120);
});

describe.each(folders)('%s', (folder) => {
  test('catches who must be caught, and proposes nothing about anybody else', async () => {
    const { alerts } = await played(folder);
    const caught = new Set(
      alerts.flatMap(({ alert }) => [
        ...alert.clients,
        ...alert.source.map(({ value }) => value),
        ...(alert.username === undefined ? [] : [alert.username]),
      ]),
    );
    const expected = expectedOf(folder);
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.filter((who) => !caught.has(who))).toEqual([]);
    const acted = new Set(alerts.flatMap(({ alert }) => proposeScenario(alert)).map(({ value }) => value));
    const known = new Set([...expected, ...(MORE[folder] ?? [])]);
    expect([...acted].filter((who) => !known.has(who))).toEqual([]);
  });
});
