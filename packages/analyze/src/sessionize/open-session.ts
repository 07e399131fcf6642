import type { AttackType, Observation, Protocol, SessionInput, Timestamp } from '@aegis/model';
import { cleanObservation } from '../normalize/clean-observation.ts';
import { cleanLine } from '../normalize/clean-text.ts';
import { LIMITS } from '../normalize/limits.ts';
import { ObservationSample, type SampleSize, type SampleState } from '../normalize/observation-sample.ts';
import { oddness } from '../normalize/oddness.ts';
import { observationsToInput } from '../normalize/session-to-input.ts';
import type { SensorEvent } from './sensor-event.ts';

/** What is fixed when a session is opened or told about its client as it goes on; plain data. */
export interface SessionFacts {
  readonly id: string;
  readonly key: string;
  readonly client: string;
  readonly sensor: string;
  clientPort?: number;
  sensorId?: string;
  protocol?: Protocol;
  userAgent?: string;
  /** Least and greatest event time. */
  startedAt: Timestamp;
  lastAt: Timestamp;
  /** The watermark when the last event came. */
  touchedAt: Timestamp;
  labels: AttackType[];
}

export interface OpenSessionState {
  readonly facts: SessionFacts;
  readonly sample: SampleState<Observation>;
}

/** A session that still takes events. */
export class OpenSession {
  readonly facts: SessionFacts;
  readonly #sample: ObservationSample<Observation>;
  #heldUnits: number;

  constructor(facts: SessionFacts, size: SampleSize, state?: SampleState<Observation>) {
    this.facts = facts;
    this.#sample = new ObservationSample(size, state);
    this.#heldUnits = facts.key.length;
    for (const observation of this.#sample.items()) this.#heldUnits += unitsOf(observation);
  }

  /** UTF-16 units of what is kept. */
  get heldUnits(): number {
    return this.#heldUnits;
  }

  /** Takes an event of this session's client. */
  add(event: SensorEvent): void {
    const { facts } = this;
    facts.startedAt = Math.min(facts.startedAt, event.at);
    facts.lastAt = Math.max(facts.lastAt, event.at);
    if (event.clientPort !== undefined) facts.clientPort ??= event.clientPort;
    if (event.sensorId !== undefined) facts.sensorId ??= cleanLine(event.sensorId, LIMITS.sensorId);
    if (event.protocol !== undefined) facts.protocol ??= event.protocol;
    if (event.userAgent) facts.userAgent ??= cleanLine(event.userAgent, LIMITS.userAgent);
    if (event.observation === undefined) return;
    const observation = cleanObservation(event.observation);
    const label = observation.kind === 'http' ? observation.label : undefined;
    if (label !== undefined && !facts.labels.includes(label)) facts.labels.push(label);
    this.#heldUnits += unitsOf(observation);
    const dropped = this.#sample.add(observation, oddness(observation));
    if (dropped !== undefined) this.#heldUnits -= unitsOf(dropped);
  }

  toInput(): SessionInput {
    const { id, client, sensor, clientPort, sensorId, userAgent, protocol, startedAt, lastAt, labels } =
      this.facts;
    return {
      sess_uuid: id,
      peer_ip: client,
      ...(clientPort !== undefined && { peer_port: clientPort }),
      user_agent: userAgent ?? '',
      sensor,
      protocol: protocol ?? 'other',
      ...(sensorId !== undefined && { snare_uuid: sensorId }),
      start_time: startedAt,
      end_time: lastAt,
      attack_types: [...labels],
      ...observationsToInput(this.#sample.items()),
      request_count: this.#sample.seen,
    };
  }

  state(): OpenSessionState {
    return { facts: { ...this.facts, labels: [...this.facts.labels] }, sample: this.#sample.state() };
  }
}

/** Objects and numbers count as 64 units, which is about what they take. */
function unitsOf(observation: Observation): number {
  switch (observation.kind) {
    case 'http': {
      let units = 64 + observation.target.length + (observation.body?.length ?? 0);
      for (const record of [observation.headers, observation.cookies]) {
        for (const name in record) units += name.length + (record[name]?.length ?? 0);
      }
      return units;
    }
    case 'login':
      return 64 + observation.username.length + (observation.password?.length ?? 0);
    case 'command':
      return 64 + observation.input.length;
    case 'download':
      return 64 + observation.url.length;
  }
}
