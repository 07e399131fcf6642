export { AgentId } from './agents/agent-id.ts';
export { type AgentState, afterMessage, targetedAgent } from './agents/agent-state.ts';
export {
  type ConfigBody,
  type ConfigVersion,
  checkBody,
  digestOf,
  readConfigVersion,
} from './config/config-version.ts';
export {
  type EffectiveConfig,
  effectiveConfig,
  type VersionsOf,
} from './config/effective-config.ts';
export { FleetTarget, type TargetedAgent } from './config/fleet-target.ts';
export { type HaltOrder, obeyed, readHalt, type SignedHalt, signHalt } from './halt/halt-order.ts';
export {
  type AgentMessage,
  type Health,
  readAgentMessage,
} from './opamp/agent-message.ts';
export {
  AGENT_CAPABILITIES,
  HALT_CAPABILITY,
  REPORT_FULL_STATE,
  REQUEST_INSTANCE_UID,
  SERVER_CAPABILITIES,
} from './opamp/capabilities.ts';
export {
  type OfferedConfig,
  type ServerError,
  type ServerMessage,
  writeServerMessage,
} from './opamp/server-message.ts';
