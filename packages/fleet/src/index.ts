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
export {
  DecisionAsk,
  DecisionNews,
  DecisionPage,
  PAGE_SIZE,
  readDecisionMessage,
} from './decisions/decision-news.ts';
export { Finding, type ProposedBan } from './findings/finding.ts';
export {
  type FindingAck,
  type FindingBatch,
  type FindingCounts,
  MOST_FINDINGS,
  type NumberedFinding,
  readFindingAck,
  readFindingBatch,
} from './findings/finding-batch.ts';
export { type HaltOrder, obeyed, readHalt, type SignedHalt, signHalt } from './halt/halt-order.ts';
export {
  type AgentMessage,
  type Health,
  type RemoteConfigStatus,
  readAgentMessage,
} from './opamp/agent-message.ts';
export {
  AGENT_CAPABILITIES,
  type ConfigStatus,
  DECISIONS_CAPABILITY,
  FINDINGS_CAPABILITY,
  HALT_CAPABILITY,
  REPORT_FULL_STATE,
  REQUEST_INSTANCE_UID,
  SERVER_CAPABILITIES,
} from './opamp/capabilities.ts';
export type { CustomMessage } from './opamp/custom-message.ts';
export { readServerMessage } from './opamp/read-server-message.ts';
export {
  type OfferedConfig,
  type ServerError,
  type ServerMessage,
  writeServerMessage,
} from './opamp/server-message.ts';
export { writeAgentMessage } from './opamp/write-agent-message.ts';
export { LineReader } from './plugins/line-reader.ts';
export {
  LONGEST_LINE,
  type PluginSaid,
  readPluginLine,
  readToldLine,
  type ToldPlugin,
  writePluginLine,
} from './plugins/plugin-protocol.ts';
