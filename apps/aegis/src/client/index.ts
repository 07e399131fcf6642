export type { DecisionAsk, MemoryAsk, SessionAsk, WishAsk } from './api-asks.ts';
export { type ApiClient, createApiClient } from './api-client.ts';
export type { AgentReport, AttackerReport, GuardStatusDocument, SessionPage } from './api-reports.ts';
export type { ClientTls } from './client-tls.ts';
export type { FollowedEvent } from './follow-decisions.ts';
export type { TransportOptions } from './transport.ts';
