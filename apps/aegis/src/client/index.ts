export {
  type ApiClient,
  createApiClient,
  type DecisionAsk,
  type SessionAsk,
  type WishAsk,
} from './api-client.ts';
