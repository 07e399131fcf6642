import { AegisError } from '@aegis/model';
import type { DeltaRequest, DeltaResource, DeltaResponse } from './discovery-messages.ts';

/** The resources of one type as they are now. */
export interface ResourceSet {
  readonly names: () => readonly string[];
  readonly get: (name: string) => DeltaResource | undefined;
}

/** Resources of one response, bytes: whole responses stay below the 4 MiB that gRPC libraries take by default. */
const RESPONSE_BYTES = 3_800_000;
/** Of one type and stream. */
const MAX_NAMES = 1_000;
/** Responses that the other side has neither acknowledged nor refused. */
const MAX_UNANSWERED = 100;

const EVERYTHING = '*';

/**
 * Our side of one resource type on one delta xDS stream (envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol,
 * "Incremental xDS"): no I/O, no time. Every subscription is answered, if only with an empty response, and what is
 * not there with its name. Changes wait until everything sent is acknowledged or refused, so that only the newest
 * state of a resource goes out. A version that was refused is not sent again before the resource is another one, or
 * is subscribed to anew after it was given up.
 */
export class DeltaSubscription {
  readonly #resources: ResourceSet;
  readonly #newNonce: () => string;
  #isFirst = true;
  #wildcard = false;
  readonly #names: Set<string> = new Set();
  /** By name, the version that the other side has said it has. */
  readonly #accepted: Map<string, string> = new Map();
  readonly #refused: Map<string, string> = new Map();
  /** By nonce, what was sent: names with their versions, undefined where the name was said to be gone. */
  readonly #unanswered: Map<string, ReadonlyMap<string, string | undefined>> = new Map();

  constructor(resources: ResourceSet, newNonce: () => string) {
    this.#resources = resources;
    this.#newNonce = newNonce;
  }

  /** What is to be sent for it. Throws AegisError `bad_message` where the other side asks for too much. */
  hear(request: DeltaRequest): readonly DeltaResponse[] {
    this.#settle(request);
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    const { subscribe, unsubscribe, initialVersions } = request;
    const asked = this.#give(unsubscribe).concat(this.#take(subscribe, isFirst));
    if (this.#names.size > MAX_NAMES)
      throw new AegisError('bad_message', `subscribe to at most ${MAX_NAMES} names of a type`);
    if (isFirst) for (const [name, version] of initialVersions) this.#accepted.set(name, version);
    if (!isFirst && subscribe.length === 0 && asked.length === 0) return this.changed();
    const lost = isFirst ? [...initialVersions.keys()].filter((name) => this.#isLost(name)) : [];
    const told = new Set([...asked, ...lost].filter((name) => !(isFirst && this.#has(name))));
    return this.#respond([...told]);
  }

  /** What is to be sent now that resources may have changed. */
  changed(): readonly DeltaResponse[] {
    if (this.#isFirst || this.#unanswered.size > 0) return [];
    const wanted = this.#wanted().filter((name) => !this.#has(name));
    const changed = wanted.filter((name) => this.#resources.get(name) !== undefined);
    const gone = [...this.#accepted.keys()].filter((name) => this.#isLost(name));
    if (changed.every((name) => this.#isRefused(name)) && gone.length === 0) return [];
    return this.#respond([...changed, ...gone]);
  }

  /** What became of the response that the request is about. A nonce that is not known is about none of ours. */
  #settle({ nonce, refusal }: DeltaRequest): void {
    const sent = this.#unanswered.get(nonce);
    if (sent === undefined) return;
    this.#unanswered.delete(nonce);
    for (const [name, version] of sent) {
      if (version === undefined) this.#accepted.delete(name);
      else if (refusal !== undefined) this.#refused.set(name, version);
      else if (this.#follows(name)) {
        this.#accepted.set(name, version);
        this.#refused.delete(name);
      }
    }
  }

  /** Names given up; returns those that are still told because everything is. */
  #give(unsubscribe: readonly string[]): readonly string[] {
    for (const name of unsubscribe) {
      if (name === EVERYTHING) this.#wildcard = false;
      this.#names.delete(name);
      this.#accepted.delete(name);
      this.#refused.delete(name);
    }
    for (const name of [...this.#accepted.keys()]) if (!this.#follows(name)) this.#accepted.delete(name);
    return this.#wildcard ? unsubscribe.filter((name) => name !== EVERYTHING) : [];
  }

  /** Returns the names that are to be answered. The first request without a name asks for everything. */
  #take(subscribe: readonly string[], isFirst: boolean): readonly string[] {
    const everything = subscribe.includes(EVERYTHING) || (isFirst && subscribe.length === 0);
    const named = subscribe.filter((name) => name !== EVERYTHING);
    for (const name of named) this.#names.add(name);
    if (!everything) return named;
    this.#wildcard = true;
    return [...named, ...this.#resources.names()];
  }

  #respond(names: readonly string[]): readonly DeltaResponse[] {
    const removed: string[] = [];
    const batches: DeltaResource[][] = [[]];
    let room = RESPONSE_BYTES;
    for (const name of names) {
      const resource = this.#resources.get(name);
      if (resource === undefined) removed.push(name);
      else if (!this.#isRefused(name)) {
        if (resource.bytes.length > room && batches.at(-1)?.length !== 0) {
          batches.push([]);
          room = RESPONSE_BYTES;
        }
        batches.at(-1)?.push(resource);
        room -= resource.bytes.length;
      }
    }
    return batches.map((resources, index) => this.#send(resources, index === 0 ? removed : []));
  }

  #send(resources: readonly DeltaResource[], removed: readonly string[]): DeltaResponse {
    if (this.#unanswered.size >= MAX_UNANSWERED)
      throw new AegisError(
        'bad_message',
        `${MAX_UNANSWERED} responses were neither acknowledged nor refused`,
      );
    const nonce = this.#newNonce();
    this.#unanswered.set(
      nonce,
      new Map<string, string | undefined>([
        ...removed.map((name) => [name, undefined] as const),
        ...resources.map(({ name, version }) => [name, version] as const),
      ]),
    );
    return { nonce, resources, removed };
  }

  #wanted(): readonly string[] {
    return this.#wildcard ? [...new Set([...this.#resources.names(), ...this.#names])] : [...this.#names];
  }

  #follows(name: string): boolean {
    return this.#wildcard || this.#names.has(name);
  }

  #has(name: string): boolean {
    const version = this.#resources.get(name)?.version;
    return version !== undefined && this.#accepted.get(name) === version;
  }

  #isRefused(name: string): boolean {
    const version = this.#resources.get(name)?.version;
    return version !== undefined && this.#refused.get(name) === version;
  }

  /** Whether the other side has something under this name that is no longer there. */
  #isLost(name: string): boolean {
    return this.#follows(name) && this.#accepted.has(name) && this.#resources.get(name) === undefined;
  }
}
