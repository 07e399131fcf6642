import { randomBytes, randomUUID } from 'node:crypto';
import { openRedisBus } from '@aegis/bus-redis';
import { CHANNELS, type Credentials, FrameSealer, type Message, readCredentials } from '@aegis/mesh';
import type { RedisServer } from '@aegis/testing';

/** A member of a mesh that says what a test has it say. */
export interface MeshMember {
  say(message: Message): Promise<void>;
  close(): Promise<void>;
}

/** `token` is what `aegis mesh token` printed. */
export function meshMember(token: string, redis: RedisServer): MeshMember {
  const credentials = credentialsOf(token);
  const sealer = new FrameSealer(credentials, (bytes) => randomBytes(bytes));
  const bus = openRedisBus({ servers: [redis] });
  return {
    async say(message) {
      const channel = CHANNELS[message.type];
      const { node: source_node, region: source_region } = credentials;
      const about = { id: randomUUID(), source_node, source_region, timestamp: Date.now() / 1_000 };
      await bus.publish(channel, sealer.seal(channel, [{ ...message, ...about }]));
    },
    close: () => bus.close(),
  };
}

export function credentialsOf(token: string): Credentials {
  const read = readCredentials(token);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}
