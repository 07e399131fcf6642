import type { Address, Clock, HttpObservation } from '@aegis/model';
import type { Part } from '../node/lifecycle.ts';
import { MirrorRing } from './mirror-ring.ts';
import type { ScenarioEye } from './scenario-eye.ts';

/** A request that somebody asked about, as far as they told. */
export interface MirroredRequest {
  readonly client: Address;
  readonly request: HttpObservation;
}

/** What the request path may do: leave a copy. Never waits, never throws. */
export interface Mirror {
  /** Whether there is room for one more; where there is none, one is counted as dropped, and need not be copied. */
  hasRoom(): boolean;
  copy(request: MirroredRequest): void;
}

/** For nodes that look at nothing. */
export const NO_MIRROR: Mirror = Object.freeze({ hasRoom: () => false, copy() {} });

export interface RequestMirrorOptions {
  readonly capacity: number;
  readonly eye: Pick<ScenarioEye, 'observe' | 'stop'>;
  readonly clock: Clock;
  /** Told of each copy and of each one there was no room for, for metrics. */
  readonly onCopy: (outcome: 'copied' | 'dropped') => void;
}

/** Looking gives way to waiting checks after this long. */
const TURN_MS = 5;
/** And then for this long: where more comes than can be looked at, looking takes a quarter of a core at most. */
const REST_MS = 15;

/** Copies of the requests that are asked about, looked at between the checks: these come first. */
export class RequestMirror implements Mirror, Part {
  readonly name = 'mirror';
  readonly #ring: MirrorRing<MirroredRequest>;
  readonly #options: RequestMirrorOptions;
  #turn: NodeJS.Immediate | undefined;
  #rest: NodeJS.Timeout | undefined;

  constructor(options: RequestMirrorOptions) {
    this.#options = options;
    this.#ring = new MirrorRing(options.capacity);
  }

  get dropped(): number {
    return this.#ring.dropped;
  }

  hasRoom(): boolean {
    const { isFull } = this.#ring;
    if (isFull) this.#options.onCopy('dropped');
    return !isFull;
  }

  copy(request: MirroredRequest): void {
    this.#options.onCopy(this.#ring.push(request) ? 'copied' : 'dropped');
    if (this.#rest === undefined) this.#turn ??= setImmediate(() => this.#look());
  }

  start(): void {}

  /** Looks at what is there, then ends. */
  async stop(): Promise<void> {
    clearImmediate(this.#turn);
    clearTimeout(this.#rest);
    for (let next = this.#ring.shift(); next !== undefined; next = this.#ring.shift()) this.#observe(next);
    await this.#options.eye.stop();
  }

  #look(): void {
    const { clock } = this.#options;
    const began = clock.monotonic();
    this.#turn = undefined;
    this.#rest = undefined;
    for (let next = this.#ring.shift(); next !== undefined; next = this.#ring.shift()) {
      this.#observe(next);
      if (clock.monotonic() - began < TURN_MS) continue;
      if (this.#ring.size > 0) this.#rest = setTimeout(() => this.#look(), REST_MS);
      return;
    }
  }

  #observe({ client, request }: MirroredRequest): void {
    this.#options.eye.observe({ client, event: request });
  }
}
