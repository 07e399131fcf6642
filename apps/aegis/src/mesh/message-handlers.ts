import {
  type ClockSkew,
  type Envelope,
  type MessageType,
  type NodeDirectory,
  type PolicyUpdate,
  type Refusal,
  readDefenseAction,
  type TrailWord,
} from '@aegis/mesh';
import type { Memory, MemoryReport } from '@aegis/ports';
import type { DecisionService } from '../decisions/decision-service.ts';
import type { ReceivedStep } from '../decisions/plan-received.ts';
import { reportOfCcServer, reportOfPattern } from './memory-messages.ts';
import type { EnvelopeHandler } from './mesh-inbox.ts';
import type { MeshMetrics } from './mesh-metrics.ts';
import { type Patience, patiently } from './patiently.ts';
import type { StepIntake } from './step-intake.ts';
import type { Suspicions } from './suspicions.ts';

export interface MessageHandlersOptions {
  readonly memory: Memory;
  readonly decisions: DecisionService;
  readonly steps: StepIntake;
  readonly suspicions: Suspicions;
  readonly directory: NodeDirectory;
  readonly takePolicy: (update: PolicyUpdate, node: string) => Promise<void>;
  readonly hearOfTrail: (envelope: Envelope, word: TrailWord) => Promise<void>;
  readonly onRefused: (refusal: Refusal) => void;
  readonly metrics: MeshMetrics;
  readonly skew: ClockSkew;
  readonly patience: Patience;
}

/** What becomes of the messages of other nodes, by type. One that fails takes no other with it. */
export function messageHandlers(
  options: MessageHandlersOptions,
): Readonly<Record<MessageType, EnvelopeHandler>> {
  const { memory, decisions, steps, suspicions, directory, takePolicy, hearOfTrail, onRefused } = options;
  const { metrics, skew, patience } = options;
  const each =
    (handle: (envelope: Envelope, at: number) => Promise<void> | void): EnvelopeHandler =>
    async (envelopes, at, done) => {
      for (const envelope of envelopes) {
        metrics.received(envelope.type, 1);
        if (!(await patiently(() => handle(envelope, at), patience))) return;
      }
      done();
    };
  const learn =
    (reportOf: (envelope: Envelope) => MemoryReport | undefined): EnvelopeHandler =>
    async (envelopes, _, done) => {
      for (const { type } of envelopes) metrics.received(type, 1);
      const reports = envelopes.flatMap((envelope) => reportOf(envelope) ?? []);
      if (reports.length === 0 || (await patiently(() => memory.report(reports), patience))) done();
    };
  const stepOf = (envelope: Envelope): readonly ReceivedStep[] => {
    if (envelope.type !== 'defense_action') return [];
    const step = readDefenseAction(envelope.data, skew);
    const node = envelope.source_node;
    if (step.ok) return [{ ...step.value, node }];
    onRefused({ ...step.error, node });
    return [];
  };
  return {
    defense_action: (envelopes, _, done) => {
      metrics.received('defense_action', envelopes.length);
      return steps.add(envelopes.flatMap(stepOf), done);
    },
    attack_pattern: learn(({ type, data, source_node: node, source_region: region }) =>
      type === 'attack_pattern' ? reportOfPattern(data, { node, region, skew }) : undefined,
    ),
    cc_server_detected: learn(({ type, data, source_node: node }) =>
      type === 'cc_server_detected' ? reportOfCcServer(data, { node, skew }) : undefined,
    ),
    threat_intel_update: each(async ({ type, data, source_node }) => {
      if (type === 'threat_intel_update') await decisions.propose(suspicions.heard(data, source_node));
    }),
    policy_update: each(async ({ type, data, source_node }) => {
      if (type === 'policy_update') await takePolicy(data, source_node);
    }),
    node_heartbeat: each(({ type, data, source_node, source_region }, at) => {
      if (type === 'node_heartbeat') directory.hear(source_node, source_region, data, at);
    }),
    trail_checkpoint: each(async (envelope) => {
      if (envelope.type === 'trail_checkpoint') await hearOfTrail(envelope, envelope.data);
    }),
  };
}
