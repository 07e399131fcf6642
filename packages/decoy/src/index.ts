export { answer } from './answer.ts';
export type { DecoyRequest, DecoyResponse, LoginAttempt } from './decoy-message.ts';
export { isHiddenLink } from './layout.ts';
export { refusal } from './pages/refusal.ts';
