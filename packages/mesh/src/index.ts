export { BATCH_RULE, type BatchRule, sendingDelay } from './batching.ts';
export { ClockSkew } from './clock-skew.ts';
export { type Corroborated, Corroboration, type CorroborationRules } from './corroboration.ts';
export { type CredentialParts, type Credentials, readCredentials, writeCredentials } from './credentials.ts';
export { readDefenseAction, type SharedStep, writeDefenseAction } from './defense-action.ts';
export type { Envelope } from './envelope.ts';
export { FloodLimit, type FloodRule } from './flood-limit.ts';
export { FrameOpener, type OpenedFrame, type ReceivedFrame } from './frame-opener.ts';
export { type Entropy, FrameSealer } from './frame-sealer.ts';
export { FRAME_ENVELOPES, FRAME_UNITS } from './limits.ts';
export { Members } from './members.ts';
export type { MeshKey, MeshKeys } from './mesh-key.ts';
export {
  type AttackPattern,
  type CcServerDetected,
  CHANNELS,
  type Channel,
  type DefenseAction,
  type Message,
  type MessageData,
  type MessageType,
  type NodeHeartbeat,
  type PolicyUpdate,
  type ThreatIntel,
  type TrailWord,
} from './message.ts';
export {
  heartbeatInterval,
  type KnownNode,
  NODE_STATES,
  NodeDirectory,
  type NodeState,
} from './node-directory.ts';
export { type AuthorityKey, issueToken, type Membership, type TokenWish, verifyToken } from './node-token.ts';
export { type Received, Reception, type ReceptionRules } from './reception.ts';
export { REFUSALS, type Refusal, type RefusalKind } from './refusal.ts';
export { NO_REVOCATIONS, type RevocationList, readRevocations, signRevocations } from './revocation-list.ts';
