import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { FastCounter } from './fast-counter.ts';
import { FastHistogram } from './fast-histogram.ts';

const registry = (): Registry => {
  const made = new Registry();
  collectDefaultMetrics({ register: made, prefix: 'aegis_' });
  return made;
};

/** Every metric of the node; labels come from closed vocabularies, so that an attacker cannot grow them. */
export class Metrics {
  readonly registry: Registry = registry();
  readonly #registers: [Registry] = [this.registry];

  readonly sessionsAccepted: Counter = new Counter({
    name: 'aegis_sessions_accepted_total',
    help: 'Sessions durably taken in',
    registers: this.#registers,
  });

  readonly sessionsProcessed: Counter = new Counter({
    name: 'aegis_sessions_processed_total',
    help: 'Sessions analysed and stored',
    labelNames: ['level'],
    registers: this.#registers,
  });

  readonly sessionsDuplicate: Counter = new Counter({
    name: 'aegis_sessions_duplicate_total',
    help: 'Sessions that were already stored',
    registers: this.#registers,
  });

  readonly sessionsDeadLettered: Counter = new Counter({
    name: 'aegis_sessions_dead_lettered_total',
    help: 'Sessions that could not be analysed',
    labelNames: ['reason'],
    registers: this.#registers,
  });

  readonly sessionsFailed: Counter = new Counter({
    name: 'aegis_sessions_failed_total',
    help: 'Attempts to analyse a session that failed and will be made again',
    registers: this.#registers,
  });

  readonly bytesWritten: Counter = new Counter({
    name: 'aegis_archive_bytes_written_total',
    help: 'Bytes of analysed sessions written to the archive',
    registers: this.#registers,
  });

  readonly attackTypes: Counter = new Counter({
    name: 'aegis_attack_types_total',
    help: 'Sessions by attack type',
    labelNames: ['attack_type'],
    registers: this.#registers,
  });

  readonly stageSeconds: Histogram = new Histogram({
    name: 'aegis_stage_seconds',
    help: 'Time a batch spends in each stage of the pipeline',
    labelNames: ['stage'],
    buckets: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers: this.#registers,
  });

  readonly stageCpuSeconds: Counter = new Counter({
    name: 'aegis_stage_cpu_seconds_total',
    help: 'Time of a core that the process spent while a stage of the pipeline ran',
    labelNames: ['stage'],
    registers: this.#registers,
  });

  readonly backlog: Gauge = new Gauge({
    name: 'aegis_pipeline_backlog',
    help: 'Sessions taken in and not yet finished',
    labelNames: ['state'],
    registers: this.#registers,
  });

  readonly decisionsInForce: Gauge = new Gauge({
    name: 'aegis_decisions_in_force',
    help: 'Decisions in force',
    registers: this.#registers,
  });

  readonly decisions: Gauge = new Gauge({
    name: 'aegis_decisions',
    help: 'Decisions in force, by who made them and what they are about',
    labelNames: ['origin', 'scope'],
    registers: this.#registers,
  });

  readonly enforcementLag: Histogram = new Histogram({
    name: 'aegis_enforcement_lag_seconds',
    help: 'From the making of a decision on this node to its being in the hands of those who follow',
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 60],
    registers: this.#registers,
  });

  readonly policyVersion: Gauge = new Gauge({
    name: 'aegis_policy_version',
    help: 'Version of the policy in force; 0 is the one of the config',
    registers: this.#registers,
  });

  readonly decisionsMade: Counter = new Counter({
    name: 'aegis_decisions_made_total',
    help: 'Decisions made',
    labelNames: ['action'],
    registers: this.#registers,
  });

  readonly proposalsSent: Counter = new Counter({
    name: 'aegis_proposals_sent_total',
    help: 'Proposals left for a node to decide',
    registers: this.#registers,
  });

  readonly proposalsRefused: Counter = new Counter({
    name: 'aegis_proposals_refused_total',
    help: 'Proposals that did not become a decision',
    labelNames: ['reason'],
    registers: this.#registers,
  });

  readonly huntFlows: Counter = new Counter({
    name: 'aegis_hunt_flows_total',
    help: 'Flows taken in by the hunt for C&C servers',
    registers: this.#registers,
  });

  readonly huntPairs: Gauge = new Gauge({
    name: 'aegis_hunt_pairs',
    help: 'Pairs of hosts that the hunt remembers',
    registers: this.#registers,
  });

  readonly huntLookSeconds: Histogram = new Histogram({
    name: 'aegis_hunt_look_seconds',
    help: 'Time to look at everything that the hunt remembers',
    buckets: [0.001, 0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10],
    registers: this.#registers,
  });

  readonly huntConfirmed: Counter = new Counter({
    name: 'aegis_hunt_confirmed_total',
    help: 'Times that the hunt had something new to tell of a confirmed C&C server',
    registers: this.#registers,
  });

  readonly mirroredRequests: Counter = new Counter({
    name: 'aegis_mirror_requests_total',
    help: 'Requests that were asked about and copied for scenarios, or dropped for want of room',
    labelNames: ['outcome'],
    registers: this.#registers,
  });

  readonly scenarioAlerts: Counter = new Counter({
    name: 'aegis_scenario_alerts_total',
    help: 'Scenarios that fired on mirrored requests and followed logs',
    labelNames: ['rule'],
    registers: this.#registers,
  });

  readonly feedIndicators: Gauge = new Gauge({
    name: 'aegis_feed_indicators',
    help: 'Indicators in force, by feed',
    labelNames: ['feed'],
    registers: this.#registers,
  });

  readonly feedConfirmed: Gauge = new Gauge({
    name: 'aegis_feed_confirmed_timestamp_seconds',
    help: 'When a feed last said what it holds; its age is the time since',
    labelNames: ['feed'],
    registers: this.#registers,
  });

  readonly feedBytes: Gauge = new Gauge({
    name: 'aegis_feed_bytes',
    help: 'Size of what a feed last sent',
    labelNames: ['feed'],
    registers: this.#registers,
  });

  readonly feedFailures: Counter = new Counter({
    name: 'aegis_feed_failures_total',
    help: 'Times that a feed could not be had or used',
    labelNames: ['feed'],
    registers: this.#registers,
  });

  readonly requests: FastCounter = new FastCounter({
    name: 'firewall_requests_total',
    help: 'Checks answered',
    registers: this.#registers,
  });

  readonly blockHits: FastCounter = new FastCounter({
    name: 'firewall_block_hits_total',
    help: 'Checks that met a decision, by its scope and the verdict',
    labelNames: ['rule_type', 'result'],
    registers: this.#registers,
  });

  readonly falsePositives: Counter = new Counter({
    name: 'firewall_false_positives_total',
    help: 'Decisions that operators ended because they should not have been made, by what was wrong',
    labelNames: ['reason'],
    registers: this.#registers,
  });

  readonly checkLatency: FastHistogram = new FastHistogram({
    name: 'firewall_response_latency_seconds',
    help: 'Time to answer a check',
    labelNames: ['status'],
    buckets: [0.000001, 0.000005, 0.00001, 0.00005, 0.0001, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1],
    register: this.registry,
  });

  readonly httpSeconds: FastHistogram = new FastHistogram({
    name: 'aegis_http_seconds',
    help: 'Time to answer an API request, by the pattern of its route',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    register: this.registry,
  });

  readonly proxyProtocolRefused: Counter = new Counter({
    name: 'aegis_proxy_protocol_refused_total',
    help: 'Connections refused on the port for the PROXY protocol: from strangers, or with a header that was malformed, oversized or slow',
    labelNames: ['reason'],
    registers: this.#registers,
  });

  readonly #trailEntries: Gauge = new Gauge({
    name: 'aegis_trail_entries',
    help: 'Entries of the trail: all, under a signed checkpoint, and checkpoints that wait to be copied',
    labelNames: ['state'],
    registers: this.#registers,
  });

  readonly trail = (progress: {
    readonly size: number;
    readonly signed: number;
    readonly copying: number;
  }): void => {
    this.#trailEntries.set({ state: 'all' }, progress.size);
    this.#trailEntries.set({ state: 'signed' }, progress.signed);
    this.#trailEntries.set({ state: 'copies_waiting' }, progress.copying);
  };
}
