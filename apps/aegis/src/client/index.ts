export {
  type ApiClient,
  createApiClient,
  type DecisionAsk,
  type SessionAsk,
  type SessionPage,
  type WishAsk,
} from './api-client.ts';
export type { FollowedEvent } from './follow-decisions.ts';
export type { TransportOptions } from './transport.ts';
