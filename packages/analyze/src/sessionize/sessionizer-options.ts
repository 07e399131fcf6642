import { LIMITS } from '../normalize/limits.ts';

export interface SessionizerOptions {
  /** Part of every session id: the sensor's or file's name, so that two sources never make the same id. */
  readonly source: string;
  /** A session ends after this long without an event of its client, ms of event time. */
  readonly idleMs: number;
  /** How much later than its neighbours an event may arrive and still find its session open, ms of event time. */
  readonly latenessMs: number;
  /** A session that lasts longer is ended and another begun, so that a tireless client is reported too. */
  readonly maxDurationMs: number;
  /** Open sessions; above it the one longest without an event ends early. Raising it costs memory. */
  readonly maxOpen: number;
  /** UTF-16 units that one session may hold; above it, it ends early. Bounds what is sent on as one message. */
  readonly maxSessionUnits: number;
  /** UTF-16 units that open sessions may hold together; above it sessions end early as with `maxOpen`. */
  readonly maxHeldUnits: number;
  /** Observations kept of one session: this many from its beginning. */
  readonly firstObservations: number;
  /** And this many of the rest, the oddest ones. */
  readonly oddObservations: number;
}

const COMMON = {
  latenessMs: 5_000,
  maxDurationMs: 3_600_000,
  maxOpen: 10_000,
  maxSessionUnits: 1024 * 1024,
  maxHeldUnits: 64 * 1024 * 1024,
  firstObservations: LIMITS.firstObservations,
  oddObservations: LIMITS.oddObservations,
};

/** Web clients: TANNER's 75 s. */
export const WEB_SESSIONS: Omit<SessionizerOptions, 'source'> = Object.freeze({ ...COMMON, idleMs: 75_000 });

/** People and bots at a shell, who pause; longer than Cowrie's own time-outs, and Cowrie says when they leave. */
export const SHELL_SESSIONS: Omit<SessionizerOptions, 'source'> = Object.freeze({
  ...COMMON,
  idleMs: 300_000,
});
