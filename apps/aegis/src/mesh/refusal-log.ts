import type { Refusal } from '@aegis/mesh';
import type { Clock, Logger } from '@aegis/model';

/** At most one line of a kind and node in this time. */
const QUIET_MS = 10_000;
const MOST_KINDS = 10_000;

/** Counts and logs every refusal; of many alike one line says how many there were, so that nobody floods the log. */
export class RefusalLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #count: (kind: Refusal['kind']) => void;
  readonly #seen = new Map<string, { at: number; unsaid: number }>();

  constructor(logger: Logger, clock: Clock, count: (kind: Refusal['kind']) => void) {
    this.#logger = logger;
    this.#clock = clock;
    this.#count = count;
  }

  add({ kind, detail, node }: Refusal): void {
    this.#count(kind);
    // That a decision has ended by the time it arrives is no wrong of anybody.
    if (kind === 'over') return;
    const now = this.#clock.monotonic();
    const key = `${kind} ${node ?? ''}`;
    const seen = this.#seen.get(key);
    if (seen !== undefined && now - seen.at < QUIET_MS) {
      seen.unsaid += 1;
      return;
    }
    if (this.#seen.size >= MOST_KINDS) this.#seen.clear();
    this.#seen.set(key, { at: now, unsaid: 0 });
    const more = seen === undefined || seen.unsaid === 0 ? {} : { more_since: seen.unsaid };
    this.#logger.warn(
      { refusal: kind, detail, ...(node === undefined ? {} : { node }), ...more },
      'a message of the mesh was not applied',
    );
  }
}
