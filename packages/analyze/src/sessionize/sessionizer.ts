import { Result, type SessionInput, type Timestamp } from '@aegis/model';
import { keepEvidence } from '../normalize/clean-text.ts';
import { LIMITS } from '../normalize/limits.ts';
import { OpenSession } from './open-session.ts';
import { RecentIds } from './recent-ids.ts';
import type { SensorEvent } from './sensor-event.ts';
import { sessionIdOf } from './session-id.ts';
import type { SessionizerOptions } from './sessionizer-options.ts';
import { SessionizerSnapshot } from './sessionizer-snapshot.ts';

/**
 * Puts single events together into sessions, as TANNER does: one client is an address, a user agent and a
 * session cookie (or a session id of the sensor's own), and its session ends when it is idle for long enough.
 *
 * Time is event time. The watermark is the greatest time seen; a session ends when the watermark has passed its
 * last event, and the watermark of when that came, by idle time and lateness. An event long before the
 * watermark therefore starts no storm of one-event sessions when files are read in the wrong order or one clock
 * was wrong. Equal events give equal sessions, ids included, wherever reading was interrupted by
 * snapshot and restore. Memory is bounded: sessions too many end early, nothing is lost but the grouping.
 */
export class Sessionizer {
  readonly #options: SessionizerOptions;
  /** By client key, the one longest without an event first. */
  readonly #open = new Map<string, OpenSession>();
  /** Ids of ended sessions, so that one opened by an event of the same time has another. */
  readonly #ended: RecentIds;
  #watermark: Timestamp = Number.MIN_SAFE_INTEGER;
  /** No session is idle before the watermark passes this; a bound, so that few events have to look. */
  #noneIdleUntil: Timestamp = Number.MIN_SAFE_INTEGER;
  #heldUnits = 0;

  constructor(options: SessionizerOptions, snapshot?: SessionizerSnapshot) {
    this.#options = options;
    this.#ended = new RecentIds(snapshot?.ended);
    if (snapshot === undefined) return;
    this.#watermark = snapshot.watermark;
    for (const { facts, sample } of snapshot.open) {
      const session = new OpenSession({ ...facts, labels: [...facts.labels] }, this.#sampleSize, sample);
      this.#open.set(facts.key, session);
      this.#heldUnits += session.heldUnits;
    }
  }

  static restore(
    snapshot: unknown,
    options: SessionizerOptions,
  ): Result<Sessionizer, { readonly kind: 'bad_snapshot'; readonly message: string }> {
    const parsed = SessionizerSnapshot.safeParse(snapshot);
    if (!parsed.success) return Result.err({ kind: 'bad_snapshot', message: parsed.error.message });
    return Result.ok(new Sessionizer(options, parsed.data));
  }

  get openSessions(): number {
    return this.#open.size;
  }

  /** Takes one event and returns the sessions that ended because of it. */
  add(event: SensorEvent): readonly SessionInput[] {
    const ended: SessionInput[] = [];
    this.#watermark = Math.max(this.#watermark, event.at);
    this.#endIdle(ended);

    const key = clientKey(event);
    let session = this.#open.get(key);
    if (session !== undefined && !this.#belongs(event, session)) {
      this.#end(session, ended);
      session = undefined;
    }
    if (session === undefined) {
      // A close of nothing that is open says nothing new.
      if (event.ends && event.observation === undefined) return ended;
      session = this.#start(key, event);
    }
    this.#open.delete(key);
    this.#open.set(key, session);
    session.facts.touchedAt = this.#watermark;
    this.#heldUnits -= session.heldUnits;
    session.add(event);
    this.#heldUnits += session.heldUnits;
    if (event.ends || session.heldUnits > this.#options.maxSessionUnits) this.#end(session, ended);
    this.#endSurplus(ended);
    return ended;
  }

  /**
   * Tells the time where no events come. It is the truth: a watermark that a wrong clock put ahead of it comes
   * back. Not for replaying old logs, whose events tell their own time.
   */
  advance(now: Timestamp): readonly SessionInput[] {
    const ended: SessionInput[] = [];
    this.#watermark = now;
    for (const { facts } of this.#open.values()) facts.touchedAt = Math.min(facts.touchedAt, now);
    this.#noneIdleUntil = Number.MIN_SAFE_INTEGER;
    this.#endIdle(ended);
    return ended;
  }

  /** Ends all sessions, those longest without an event first. */
  flush(): readonly SessionInput[] {
    const ended: SessionInput[] = [];
    for (const session of this.#open.values()) this.#end(session, ended);
    return ended;
  }

  /** Plain data for JSON, independent of what comes after. */
  snapshot(): SessionizerSnapshot {
    return {
      version: 1,
      watermark: this.#watermark,
      open: [...this.#open.values()].map((session) => session.state()),
      ended: this.#ended.state(),
    };
  }

  get #sampleSize(): { readonly first: number; readonly odd: number } {
    return { first: this.#options.firstObservations, odd: this.#options.oddObservations };
  }

  #belongs(event: SensorEvent, { facts }: OpenSession): boolean {
    const { idleMs, maxDurationMs } = this.#options;
    return (
      event.at <= facts.lastAt + idleMs &&
      event.at >= facts.startedAt - idleMs &&
      event.at <= facts.startedAt + maxDurationMs &&
      event.at >= facts.lastAt - maxDurationMs
    );
  }

  #start(key: string, event: SensorEvent): OpenSession {
    const { source } = this.#options;
    let repeat = 0;
    let id = sessionIdOf({ source, key, firstAt: event.at, repeat });
    while (this.#ended.has(id)) id = sessionIdOf({ source, key, firstAt: event.at, repeat: ++repeat });
    const session = new OpenSession(
      {
        id,
        key,
        client: event.client,
        sensor: event.sensor,
        startedAt: event.at,
        lastAt: event.at,
        touchedAt: this.#watermark,
        labels: [],
      },
      this.#sampleSize,
    );
    this.#heldUnits += session.heldUnits;
    return session;
  }

  #endIdle(ended: SessionInput[]): void {
    if (this.#watermark <= this.#noneIdleUntil) return;
    const patience = this.#options.idleMs + this.#options.latenessMs;
    this.#noneIdleUntil = this.#watermark + patience;
    for (const session of this.#open.values()) {
      const idleAfter = session.facts.touchedAt + patience;
      if (idleAfter >= this.#watermark) {
        this.#noneIdleUntil = idleAfter;
        return;
      }
      this.#end(session, ended);
    }
  }

  #endSurplus(ended: SessionInput[]): void {
    const { maxOpen, maxHeldUnits } = this.#options;
    for (const session of this.#open.values()) {
      if (this.#open.size <= maxOpen && this.#heldUnits <= maxHeldUnits) return;
      this.#end(session, ended);
    }
  }

  #end(session: OpenSession, ended: SessionInput[]): void {
    this.#open.delete(session.facts.key);
    this.#heldUnits -= session.heldUnits;
    this.#ended.add(session.facts.id);
    ended.push(session.toInput());
  }
}

function clientKey({ client, userAgent, cookie, sensor, sessionId }: SensorEvent): string {
  return sessionId === undefined
    ? JSON.stringify([
        sensor,
        client,
        keepEvidence(userAgent ?? '', LIMITS.userAgent),
        keepEvidence(cookie ?? '', LIMITS.cookieValue),
      ])
    : JSON.stringify([sensor, client, keepEvidence(sessionId, LIMITS.id)]);
}
