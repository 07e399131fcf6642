import { ACTIONS, Action, AttackType, Scope, THREAT_LEVELS, type ThreatLevel } from '@aegis/model';
import { z } from 'zod';

/** What nodes tell one another, and the channel of each. */
export const CHANNELS = {
  threat_intel_update: 'aegis.threat_intel',
  attack_pattern: 'aegis.attack_pattern',
  cc_server_detected: 'aegis.cc_server',
  defense_action: 'aegis.defense_action',
  policy_update: 'aegis.policy',
  node_heartbeat: 'aegis.heartbeat',
  trail_checkpoint: 'aegis.trail',
} as const;
export type MessageType = keyof typeof CHANNELS;
export type Channel = (typeof CHANNELS)[MessageType];

/**
 * A step in the life of a decision, with all that is needed to take it without knowing those before. Times are
 * seconds since the Unix epoch, with a fraction, by the clock of the mesh, here and below.
 */
export interface DefenseAction {
  /** The value that the decision is about; an address where the scope is `ip`. */
  readonly target_ip: string;
  /** `GLOBAL_BLOCK`, see {@link globalAction}. */
  readonly action: string;
  readonly reason: string;
  /** When the decision ends. */
  readonly expiry: number;
  readonly scope: Scope;
  readonly decision: string;
  readonly origin: string;
  readonly source: string;
  readonly weight: number;
  readonly created: number;
  readonly session?: string;
  readonly step: 'made' | 'extended' | 'lifted';
  /** The same on every node, so that a step is taken once. */
  readonly step_id: string;
  readonly at: number;
  readonly by: string;
  /** Of the step. */
  readonly why: string;
}

/** A finding that is not sure enough to be a decision on the node that made it. */
export interface ThreatIntel {
  readonly ip: string;
  readonly threat_level: ThreatLevel;
  readonly attack_type: string;
  readonly action: Action;
  /** 0-100. */
  readonly confidence: number;
  readonly reason: string;
  /** Seconds that the action should last. */
  readonly duration: number;
  readonly seen: number;
}

export interface AttackPattern {
  /** `ATK-2026-0127` */
  readonly pattern_id: string;
  readonly signatures: readonly string[];
  /** 1-10. */
  readonly severity: number;
  readonly attack_type: AttackType;
  readonly source_ip: string;
  readonly port?: number;
  readonly blocked: boolean;
  /** The finding; the same in however many messages. */
  readonly report: string;
  readonly seen: number;
}

export interface CcServerDetected {
  readonly ip: string;
  readonly port: number;
  readonly bot_count: number;
  /** 0-100, as are the next two. */
  readonly confidence: number;
  readonly score: number;
  /** Suspicion by address. */
  readonly bots: Readonly<Record<string, number>>;
  readonly blocked: boolean;
  /** Seconds. */
  readonly heartbeat_interval?: number;
  readonly report: string;
  readonly seen: number;
}

export type PolicyUpdate =
  | {
      readonly kind: 'policy';
      readonly at: number;
      readonly author: string;
      readonly reason: string;
      /** The policy as JSON text. */
      readonly body: string;
    }
  | {
      readonly kind: 'revocations';
      /** Signed by the authority of the mesh: see `RevocationList`. */
      readonly list: string;
    };

export interface NodeHeartbeat {
  /** Seconds until the next one. */
  readonly interval: number;
  /** 0 idle, 1 busy. */
  readonly load: number;
  readonly version: string;
  readonly started: number;
  readonly decisions: number;
  /** It goes, and is not missing. */
  readonly leaving: boolean;
}

/** What nodes tell of the trails that prove what they did. Hashes are base64. */
export type TrailWord =
  | {
      readonly kind: 'shown';
      readonly public_key: string;
      readonly checkpoint: string;
      /** That it continues the trail of so many entries (RFC 9162, section 2.1.4). */
      readonly proofs: readonly { readonly from: number; readonly proof: readonly string[] }[];
    }
  | {
      /** To be shown such proofs, with its next checkpoint, by one node. */
      readonly kind: 'ask';
      readonly of: string;
      readonly from: readonly number[];
    };

export interface MessageData {
  readonly threat_intel_update: ThreatIntel;
  readonly attack_pattern: AttackPattern;
  readonly cc_server_detected: CcServerDetected;
  readonly defense_action: DefenseAction;
  readonly policy_update: PolicyUpdate;
  readonly node_heartbeat: NodeHeartbeat;
  readonly trail_checkpoint: TrailWord;
}

export type Message = {
  readonly [T in MessageType]: { readonly type: T; readonly data: MessageData[T] };
}[MessageType];

/** As other systems name an action: `GLOBAL_BLOCK` is a ban that holds on every node. */
export function globalAction(action: Action): string {
  return GLOBAL_ACTIONS[action];
}

export function actionOf(global: string): Action | undefined {
  return ACTIONS.find((action) => GLOBAL_ACTIONS[action] === global);
}

const GLOBAL_ACTIONS: Readonly<Record<Action, string>> = {
  allow: 'GLOBAL_ALLOW',
  observe: 'GLOBAL_OBSERVE',
  throttle: 'GLOBAL_THROTTLE',
  captcha: 'GLOBAL_CHALLENGE',
  shadow: 'GLOBAL_SHADOW',
  ban: 'GLOBAL_BLOCK',
};

const name = z.string().min(1).max(128);
const words = z.string().max(1_000);
const time = z.number().min(0).max(1e11);
const address = z.string().min(2).max(64);
const score = z.number().min(0).max(100);

export const MESSAGE_SCHEMAS: { readonly [T in MessageType]: z.ZodType<MessageData[T]> } = {
  defense_action: z.strictObject({
    target_ip: z.string().min(1).max(2_048),
    action: z.enum(Object.values(GLOBAL_ACTIONS)),
    reason: words,
    expiry: time,
    scope: Scope,
    decision: name,
    origin: name,
    source: z.string().max(256),
    weight: z.number().positive().max(1_000),
    created: time,
    session: z.string().max(128).exactOptional(),
    step: z.enum(['made', 'extended', 'lifted']),
    step_id: z.string().min(1).max(320),
    at: time,
    by: name,
    why: words,
  }),
  threat_intel_update: z.strictObject({
    ip: address,
    threat_level: z.enum(THREAT_LEVELS),
    attack_type: name,
    action: Action,
    confidence: score,
    reason: words,
    duration: z.number().positive().max(1e10),
    seen: time,
  }),
  attack_pattern: z.strictObject({
    pattern_id: name,
    signatures: z.array(z.string().max(512)).max(256),
    severity: z.number().min(1).max(10),
    attack_type: AttackType,
    source_ip: address,
    port: z.int().min(0).max(65_535).exactOptional(),
    blocked: z.boolean(),
    report: name,
    seen: time,
  }),
  cc_server_detected: z.strictObject({
    ip: address,
    port: z.int().min(0).max(65_535),
    bot_count: z.int().min(0).max(1e9),
    confidence: score,
    score,
    bots: z.record(address, score),
    blocked: z.boolean(),
    heartbeat_interval: z.number().positive().max(1e9).exactOptional(),
    report: name,
    seen: time,
  }),
  policy_update: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('policy'),
      at: time,
      author: name,
      reason: words,
      body: z.string().max(150_000),
    }),
    z.strictObject({ kind: z.literal('revocations'), list: z.string().max(100_000) }),
  ]),
  node_heartbeat: z.strictObject({
    interval: z.number().positive().max(86_400),
    load: z.number().min(0).max(1),
    version: z.string().max(64),
    started: time,
    decisions: z.int().min(0),
    leaving: z.boolean(),
  }),
  trail_checkpoint: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('shown'),
      public_key: z.string().max(512),
      checkpoint: z.string().max(2_000),
      proofs: z
        .array(z.strictObject({ from: z.int().min(1), proof: z.array(z.string().max(64)).max(128) }))
        .max(40),
    }),
    z.strictObject({ kind: z.literal('ask'), of: name, from: z.array(z.int().min(1)).max(32) }),
  ]),
};
