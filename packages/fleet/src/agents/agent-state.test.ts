import { expect, test } from 'vitest';
import type { AgentMessage } from '../opamp/agent-message.ts';
import { AgentId } from './agent-id.ts';
import { type AgentState, afterMessage, targetedAgent } from './agent-state.ts';

const bytes = Uint8Array.from({ length: 16 }, (_, n) => n);
const id = AgentId.fromBytes(bytes) as AgentId;

function message(sequence: number, more: Partial<AgentMessage> = {}): AgentMessage {
  return { instanceUid: bytes, sequence, capabilities: 0x1, flags: 0, isLast: false, ...more };
}

const full = {
  description: {
    identifying: { 'service.name': 'aegis-agent' },
    others: { 'aegis.group': 'web, eu', 'aegis.room': 'fra' },
  },
};

function after(...messages: readonly AgentMessage[]): AgentState {
  const [first, ...rest] = messages;
  return rest.reduce(
    (state, each, n) => afterMessage(state, id, each, n + 1),
    afterMessage(undefined, id, first as AgentMessage, 0),
  );
}

test.each([0, 1])('a first message of sequence %i with everything is whole', (sequence) => {
  const state = after(message(sequence, full));
  expect(state.isPartial).toBe(false);
  expect(targetedAgent(state)).toEqual({ id, groups: ['web', 'eu'], room: 'fra' });
});

test('what is left out stays; a message missed in between is noticed until all is told again', () => {
  const health = { healthy: true, status: 'ok', lastError: '', components: {} };
  const state = after(message(0, { ...full, health }), message(1));
  expect(state).toMatchObject({ health, isPartial: false, lastSeen: 1, firstSeen: 0 });
  const gap = afterMessage(state, id, message(3), 5);
  expect(gap).toMatchObject({ isPartial: true, health });
  expect(afterMessage(gap, id, message(4), 6).isPartial).toBe(true);
  expect(afterMessage(gap, id, message(5, full), 7).isPartial).toBe(false);
});

test('an agent that was never met and says little is asked for everything', () => {
  expect(after(message(9)).isPartial).toBe(true);
});

test('ids are UUIDs of 16 bytes, there and back', () => {
  expect(id).toBe('00010203-0405-0607-0809-0a0b0c0d0e0f');
  expect([...AgentId.toBytes(id)]).toEqual([...bytes]);
  expect(AgentId.fromBytes(bytes.subarray(1))).toBeUndefined();
  expect(AgentId.parse(id.toUpperCase())).toEqual({ ok: true, value: id });
  expect(AgentId.parse('x').ok).toBe(false);
});
