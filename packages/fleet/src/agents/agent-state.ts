import type { Timestamp } from '@aegis/model';
import type { TargetedAgent } from '../config/fleet-target.ts';
import type { AgentMessage, Health, RemoteConfigStatus } from '../opamp/agent-message.ts';
import type { AgentId } from './agent-id.ts';

/** What a server knows of one agent, from what it has said so far. */
export interface AgentState {
  readonly id: AgentId;
  readonly sequence: number;
  readonly capabilities: number;
  readonly customCapabilities: readonly string[];
  readonly identifying: Readonly<Record<string, string>>;
  readonly others: Readonly<Record<string, string>>;
  readonly health?: Health;
  readonly configStatus?: RemoteConfigStatus;
  /** Text of what it says is in force. */
  readonly effectiveConfig?: string;
  /** The last halt or resume that it said it obeys. */
  readonly haltEpoch: number;
  readonly firstSeen: Timestamp;
  readonly lastSeen: Timestamp;
  /** Whether it is to be asked for everything: a message of its own was missed, or it was never met. */
  readonly isPartial: boolean;
}

const LONGEST_CONFIG = 262_144;
/** Attributes of an agent's description by which targets choose it; several groups with commas between. */
const GROUP = 'aegis.group';
const ROOM = 'aegis.room';

/**
 * What is known after a message. What it leaves out stays as it was; where a message was missed before it, that may
 * be wrong, and `isPartial` says so until a full report has come.
 */
export function afterMessage(
  known: AgentState | undefined,
  id: AgentId,
  message: AgentMessage,
  at: Timestamp,
): AgentState {
  const { sequence, capabilities, description, health, configStatus, effectiveConfig } = message;
  const isFull = description !== undefined;
  const isNext = known !== undefined && sequence === known.sequence + 1;
  const [file] = effectiveConfig ?? [];
  return {
    ...(known ?? { customCapabilities: [], identifying: {}, others: {}, haltEpoch: 0, firstSeen: at }),
    id,
    sequence,
    capabilities: capabilities === 0 ? (known?.capabilities ?? 0) : capabilities,
    ...(description !== undefined && { identifying: description.identifying, others: description.others }),
    ...(health !== undefined && { health }),
    ...(configStatus !== undefined && { configStatus }),
    ...(file !== undefined && {
      effectiveConfig: Buffer.from(file.body).toString('utf8', 0, LONGEST_CONFIG),
    }),
    ...(message.customCapabilities !== undefined && { customCapabilities: message.customCapabilities }),
    lastSeen: at,
    isPartial: !isFull && (known === undefined || known.isPartial || !isNext),
  };
}

/** Group and room of an agent, as its description says them. */
export function targetedAgent({ id, identifying, others }: AgentState): TargetedAgent {
  const attribute = (name: string): string | undefined => others[name] ?? identifying[name];
  const groups = (attribute(GROUP) ?? '').split(',').flatMap((group) => group.trim() || []);
  return { id, groups, room: attribute(ROOM) };
}
