import { createHash, randomBytes } from 'node:crypto';
import { AgentId } from '@aegis/fleet';
import type { Clock } from '@aegis/model';
import type { StateFolder } from './state-folder.ts';

const FILE = 'agent-id';

/** The agent's id: made once, a UUID of version 7 (RFC 9562, section 5.7). Throws AegisError `state_unusable`. */
export function provideIdentity(state: StateFolder, clock: Clock): AgentId {
  const kept = AgentId.parse((state.read(FILE) ?? '').trim());
  if (kept.ok) return kept.value;
  const bytes = randomBytes(16);
  bytes.writeUIntBE(clock.now(), 0, 6);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const id = AgentId.fromBytes(bytes) as AgentId;
  state.write(FILE, `${id}\n`, 0o644);
  return id;
}

/** From 0 to 1, the same for the same host and purpose: spreads what a fleet does over time. */
export function hostShare(id: string, purpose: string): number {
  return createHash('sha256').update(`${purpose}\n${id}`).digest().readUInt32BE() / 2 ** 32;
}
