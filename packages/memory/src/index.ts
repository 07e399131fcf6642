export { learn, type Witness } from './learn.ts';
export { ATTACKER_MEMORY_MS, type Reputation, reputationOf } from './reputation.ts';
export { signatureOverlap, signaturesOf } from './signatures.ts';
