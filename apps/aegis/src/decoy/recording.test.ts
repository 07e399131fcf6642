import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { gunzipSync } from 'node:zlib';
import { normalize } from '@aegis/analyze';
import { Address, Prefix, type SessionInput } from '@aegis/model';
import { expect, test } from 'vitest';
import type { Manifest } from '../../demo/recording/manifest.ts';

const folder = new URL('../../demo/recording/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')) as Manifest;
const text = gunzipSync(readFileSync(new URL('sessions.jsonl.gz', folder))).toString('utf8');
const sessions = text
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as SessionInput);

test('it is as large and as varied as it is said to be', () => {
  expect(sessions.length).toBeGreaterThanOrEqual(2000);
  const attackTools = manifest.tools.filter(({ kind }) => kind === 'attack');
  expect(attackTools.length).toBeGreaterThanOrEqual(8);
  expect(manifest.tools.length - attackTools.length).toBeGreaterThanOrEqual(6);
});

test('the manifest counts what is there', () => {
  expect(manifest.sessions).toBe(sessions.length);
  expect(manifest.attack_sessions + manifest.ordinary_sessions).toBe(sessions.length);
  expect(manifest.requests).toBe(sessions.reduce((sum, session) => sum + (session.request_count ?? 0), 0));
  const counts = new Map<string, number>();
  for (const { sess_uuid, peer_ip } of sessions) {
    const client = manifest.clients[peer_ip];
    const tool = manifest.tool_of_session[sess_uuid] as string;
    expect(client?.tools, sess_uuid).toContain(tool);
    const key = `${client?.kind} ${tool}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(Object.fromEntries(counts)).toEqual(
    Object.fromEntries(manifest.tools.map(({ kind, tool, sessions: count }) => [`${kind} ${tool}`, count])),
  );
  expect(Object.keys(manifest.tool_of_session)).toHaveLength(sessions.length);
});

test('every address is one of documentation, and either an attacker or not', () => {
  const ranges = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32'];
  for (const client of Object.keys(manifest.clients)) {
    const length = client.includes(':') ? 32 : 24;
    const prefix = Prefix.parse(`${client}/${length}`);
    expect(prefix.ok && ranges.includes(prefix.value), client).toBe(true);
  }
  for (const { peer_ip } of sessions) expect(Address.parse(peer_ip)).toEqual({ ok: true, value: peer_ip });
});

test('every session is taken by the normalizer, with its requests', () => {
  const receivedAt = Date.parse(manifest.recorded_at) + manifest.seconds * 1000;
  for (const session of sessions) {
    const normalized = normalize(session, { receivedAt });
    if (!normalized.ok) throw new Error(`${session.sess_uuid}: ${normalized.error.message}`);
    expect(normalized.value.observations.length).toBeGreaterThan(0);
    expect(normalized.value.observations.length).toBeLessThanOrEqual(180);
  }
  expect(new Set(sessions.map(({ sess_uuid }) => sess_uuid)).size).toBe(sessions.length);
});

test('it is small, and says nothing of the machine it was made on', () => {
  expect(readFileSync(new URL('sessions.jsonl.gz', folder)).length).toBeLessThan(4 * 1024 * 1024);
  for (const session of sessions) {
    for (const { body = '' } of session.requests ?? []) expect(body.length).toBeLessThanOrEqual(2048);
  }
  expect(text).not.toContain(release());
  expect(text).not.toContain(process.cwd());
  const agents = [...new Set(sessions.map(({ user_agent = '' }) => user_agent))];
  for (const agent of agents) expect(agent).not.toMatch(/Linux [5-9]\.(?!1\.0-18-amd64)/);
});
