import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  AgentToServerSchema,
  ServerToAgentSchema,
} from '@elastic/opamp-client-node/lib/generated/opamp_pb.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AgentMessage, readAgentMessage } from './agent-message.ts';
import { readServerMessage } from './read-server-message.ts';
import { writeServerMessage } from './server-message.ts';
import { writeAgentMessage } from './write-agent-message.ts';

// The generated code of another implementation is the oracle, both ways.

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const bytes = fc.uint8Array({ maxLength: 40 });
const UID = new Uint8Array(16).fill(7);

test('an agent says what another implementation wrote', () => {
  fc.assert(
    fc.property(
      fc.record({ key: text, value: text, sequence: fc.nat(), error: text, hash: bytes, data: bytes }),
      fc.boolean(),
      ({ key, value, sequence, error, hash, data }, healthy) => {
        const attribute = { key: `k${key}`, value: { value: { case: 'stringValue' as const, value } } };
        const written = toBinary(
          AgentToServerSchema,
          create(AgentToServerSchema, {
            instanceUid: UID,
            sequenceNum: BigInt(sequence),
            capabilities: 0x1807n,
            agentDescription: { identifyingAttributes: [attribute], nonIdentifyingAttributes: [attribute] },
            health: {
              healthy,
              lastError: error,
              startTimeUnixNano: 1_793_059_200_000_000_000n,
              componentHealthMap: { auth: { healthy: !healthy, status: value } },
            },
            effectiveConfig: { configMap: { configMap: { '': { body: data, contentType: 'text/plain' } } } },
            remoteConfigStatus: { lastRemoteConfigHash: hash, status: 3, errorMessage: error },
            customCapabilities: { capabilities: ['io.aegis.halt', value] },
            customMessage: { capability: 'io.aegis.halt', type: 'ack', data },
          }),
        );
        expect(readAgentMessage(Buffer.from(written))).toEqual({
          instanceUid: Buffer.from(UID),
          sequence,
          capabilities: 0x1807,
          flags: 0,
          isLast: false,
          description: { identifying: { [`k${key}`]: value }, others: { [`k${key}`]: value } },
          health: {
            healthy,
            status: '',
            lastError: error,
            components: { auth: { healthy: !healthy, status: value, lastError: '', components: {} } },
          },
          effectiveConfig: [{ name: '', body: Buffer.from(data), contentType: 'text/plain' }],
          configStatus: { hash: Buffer.from(hash), status: 'failed', error },
          customCapabilities: ['io.aegis.halt', value],
          custom: { capability: 'io.aegis.halt', type: 'ack', data: Buffer.from(data) },
        });
      },
    ),
  );
});

test('another implementation reads what the server wrote', () => {
  fc.assert(
    fc.property(text, bytes, bytes, fc.nat(), (name, body, hash, retryAfterMs) => {
      const written = writeServerMessage({
        instanceUid: UID,
        capabilities: 7,
        flags: 1,
        config: { name, body, contentType: 'application/json', hash },
        error: { kind: 'unavailable', message: name, retryAfterMs },
        newInstanceUid: UID,
        customCapabilities: ['io.aegis.halt'],
        custom: { capability: 'io.aegis.halt', type: 'order', data: body },
      });
      const read = fromBinary(ServerToAgentSchema, written);
      expect(read).toMatchObject({
        capabilities: 7n,
        flags: 1n,
        errorResponse: {
          type: 2,
          errorMessage: name,
          Details: { value: { retryAfterNanoseconds: BigInt(retryAfterMs) * 1_000_000n } },
        },
        customCapabilities: { capabilities: ['io.aegis.halt'] },
        customMessage: { capability: 'io.aegis.halt', type: 'order' },
      });
      const file = read.remoteConfig?.config?.configMap[name];
      expect([...(file?.body ?? [])]).toEqual([...body]);
      expect([...(read.remoteConfig?.configHash ?? [])]).toEqual([...hash]);
      expect([...(read.agentIdentification?.newInstanceUid ?? [])]).toEqual([...UID]);
    }),
  );
});

test('whatever bytes come, they are a message or refused as none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (garbage) => {
      try {
        readAgentMessage(Buffer.from(garbage));
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad_message' });
      }
    }),
    { numRuns: 5_000 },
  );
});

test('components within components, and many of them, are bounded', () => {
  let health: Record<string, unknown> = { healthy: true };
  for (let depth = 0; depth < 40; depth++) health = { healthy: true, componentHealthMap: { inner: health } };
  const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`c${n}`, { healthy: true }]));
  const read = (value: unknown): ReturnType<typeof readAgentMessage> =>
    readAgentMessage(
      Buffer.from(
        toBinary(
          AgentToServerSchema,
          create(AgentToServerSchema, { instanceUid: UID, health: value as object }),
        ),
      ),
    );
  expect(JSON.stringify(read(health).health).match(/inner/g)).toHaveLength(4);
  expect(Object.keys(read({ componentHealthMap: many }).health?.components ?? {})).toHaveLength(256);
});

test('another implementation reads what an agent wrote, and a server of ours too', () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .filter((key) => key !== '__proto__');
  fc.assert(
    fc.property(name, text, bytes, fc.nat(), fc.boolean(), (key, value, data, sequence, healthy) => {
      const said: AgentMessage = {
        ...{ instanceUid: Buffer.from(UID), sequence, capabilities: 0x3807, flags: 1, isLast: !healthy },
        description: { identifying: { [key]: value }, others: { [key]: value } },
        health: {
          ...{ healthy, status: value, lastError: key },
          components: { [key]: { healthy: !healthy, status: key, lastError: value, components: {} } },
        },
        effectiveConfig: [{ name: key, body: Buffer.from(data), contentType: 'application/json' }],
        configStatus: { hash: Buffer.from(data), status: 'failed', error: value },
        customCapabilities: [key, value],
        custom: { capability: key, type: value, data: Buffer.from(data) },
      };
      const written = writeAgentMessage(said);
      expect(readAgentMessage(written)).toEqual(said);
      const theirs = fromBinary(AgentToServerSchema, written);
      expect(theirs).toMatchObject({
        sequenceNum: BigInt(sequence),
        capabilities: 0x3807n,
        health: { healthy, status: value, lastError: key },
        remoteConfigStatus: { status: 3, errorMessage: value },
        customCapabilities: { capabilities: [key, value] },
        customMessage: { capability: key, type: value },
      });
      expect(theirs.agentDisconnect === undefined).toBe(healthy);
      expect(theirs.health?.componentHealthMap[key]).toMatchObject({ healthy: !healthy, lastError: value });
      expect(theirs.agentDescription?.identifyingAttributes[0]?.value?.value.value).toBe(value);
    }),
  );
});

test('an agent reads what a server wrote', () => {
  fc.assert(
    fc.property(text, bytes, bytes, fc.nat(), (name, body, hash, retryAfterMs) => {
      const said = {
        ...{ instanceUid: Buffer.from(UID), capabilities: 7, flags: 1, newInstanceUid: Buffer.from(UID) },
        config: {
          ...{ name, contentType: 'application/json' },
          ...{ body: Buffer.from(body), hash: Buffer.from(hash) },
        },
        error: { kind: 'unavailable', message: name, retryAfterMs },
        customCapabilities: ['io.aegis.halt'],
        custom: { capability: 'io.aegis.halt', type: 'order', data: Buffer.from(body) },
      } as const;
      expect(readServerMessage(writeServerMessage(said))).toEqual(said);
    }),
  );
});

test('whatever bytes come to an agent, they are a message or refused as none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (garbage) => {
      try {
        readServerMessage(Buffer.from(garbage));
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad_message' });
      }
    }),
    { numRuns: 5_000 },
  );
});
