import { Address } from '@aegis/model';
import { beforeAll, expect, test } from 'vitest';
import { loadRecording, type Recording } from './recording.ts';

const NOW = Date.UTC(2030, 0, 1);
let recording: Recording;
beforeAll(() => {
  recording = loadRecording(NOW);
});

test('it holds what it promises: 2,000 sessions of 8 attack tools, and ordinary clients', () => {
  expect(recording.sessions.length).toBeGreaterThanOrEqual(2_000);
  const clients = Object.values(recording.clients);
  const tools = new Set(clients.filter(({ kind }) => kind === 'attack').flatMap((client) => client.tools));
  expect(tools.size).toBeGreaterThanOrEqual(8);
  expect(clients.filter(({ kind }) => kind === 'ordinary').length).toBeGreaterThan(50);
});

test('every session is of a client that is known, from a documentation range', () => {
  const ranges = /^(192\.0\.2|198\.51\.100|203\.0\.113)\.|^2001:db8:/;
  for (const { peer_ip: address } of recording.sessions) {
    expect(recording.clients[address]).toBeDefined();
    expect(Address.parse(address).ok && ranges.test(address)).toBe(true);
  }
});

test('its times are as if it had ended just now, and keep their distances', () => {
  const ends = recording.sessions.map(({ end_time: end, start_time: start }) => Number(end ?? start));
  expect(Math.max(...ends)).toBe(NOW);
  const later = loadRecording(NOW + 86_400_000);
  for (const [index, session] of recording.sessions.entries()) {
    const moved = later.sessions[index];
    expect(Number(moved?.start_time) - Number(session.start_time)).toBe(86_400_000);
    const [first] = session.requests ?? [];
    if (first?.timestamp === undefined) continue;
    expect(Number(moved?.requests?.[0]?.timestamp) - Number(first.timestamp)).toBe(86_400_000);
    expect(Number(first.timestamp)).toBeLessThanOrEqual(NOW);
  }
});
