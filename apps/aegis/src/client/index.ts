export {
  type AgentReport,
  type ApiClient,
  type AttackerReport,
  createApiClient,
  type DecisionAsk,
  type MemoryAsk,
  type SessionAsk,
  type SessionPage,
  type WishAsk,
} from './api-client.ts';
export type { ClientTls } from './client-tls.ts';
export type { FollowedEvent } from './follow-decisions.ts';
export type { TransportOptions } from './transport.ts';
