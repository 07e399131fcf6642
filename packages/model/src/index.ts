export { Address, type AddressError } from './address.ts';
export { type Family, formatIPv4, formatIPv6, parseAddressWords } from './address-words.ts';
export { AegisError } from './aegis-error.ts';
export type { Attacker, CcServer, Pattern } from './attack-memory.ts';
export { ATTACK_TYPES, AttackType } from './attack-type.ts';
export {
  clientAddresses,
  type Forwarding,
  type ForwardingHeader,
  type ForwardingRules,
  prefixMatcher,
} from './client-address.ts';
export { type Clock, ManualClock, type Timestamp } from './clock.ts';
export {
  ACTIONS,
  Action,
  canonicalScopeValue,
  Decision,
  type Proposal,
  SCOPES,
  Scope,
  type ScopeValueError,
} from './decision.ts';
export type { Detection, Evidence, EvidencePlace } from './detection.ts';
export { DURATION_PATTERN, parseDuration, writeDuration } from './duration.ts';
export { type HashKey, KeyHash, randomHashKey } from './key-hash.ts';
export { type Logger, silentLogger } from './logger.ts';
export type { Notice } from './notice.ts';
export type {
  CommandObservation,
  DownloadObservation,
  HttpObservation,
  LoginObservation,
  Observation,
} from './observation.ts';
export { Prefix, type PrefixError, type PrefixParts } from './prefix.ts';
export { type Random, seededRandom } from './random.ts';
export { Result } from './result.ts';
export { type ServerSentEvent, serverSentEvents } from './server-sent-events.ts';
export type { Protocol, Session } from './session.ts';
export type {
  CommandInput,
  DownloadInput,
  InputTime,
  LoginInput,
  PathInput,
  RequestInput,
  SessionInput,
} from './session-input.ts';
export {
  type AttackPatterns,
  type ImpactKind,
  type OwnerKind,
  type Phase,
  type Priority,
  type RecordedPayload,
  type RecordedRequest,
  type RequestPattern,
  type RiskFactor,
  type RiskPart,
  type SessionRecord,
  type Sophistication,
  THREAT_LEVELS,
  type ThreatIntelligence,
  type ThreatLevel,
  type UserAgentInfo,
} from './session-record.ts';
export { techniqueName } from './technique-name.ts';
export { type CheckRequest, OUTCOMES, type Outcome, outcomeOf, type Verdict } from './verdict.ts';
