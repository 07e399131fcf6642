import type { Clock, Decision } from '@aegis/model';
import type { Intake } from '../node/services.ts';
import { isSampled, type Span } from './span.ts';

export interface SessionTracerOptions {
  /** Percent of the sessions. */
  readonly sample: number;
  readonly add: (span: Span) => void;
  readonly clock: Clock;
}

const INGEST = { name: 'ingest' } as const;

/**
 * Writes down the way of each session. The ids of a trace and its spans are made of the session's id, so that the
 * processes that take it in, analyse it and decide write to one trace without telling one another anything.
 */
export class SessionTracer {
  readonly #options: SessionTracerOptions;

  constructor(options: SessionTracerOptions) {
    this.#options = options;
  }

  /** The same intake; each session that it takes begins a trace. */
  intake(inner: Intake): Intake {
    return {
      accept: async (sessions) => {
        const end = this.#begin();
        const count = await inner.accept(sessions);
        const times = end();
        for (const { sess_uuid: session } of sessions)
          this.#add({ session, ...INGEST, ...times, attributes: { 'aegis.batch': sessions.length } });
        return count;
      },
      backlog: () => inner.backlog(),
    };
  }

  /** A stage of the pipeline; to be called at its end. */
  stage(name: string, sessions: readonly { readonly id: string }[]): () => void {
    const end = this.#begin();
    return () => {
      const times = end();
      for (const { id: session } of sessions)
        this.#add({
          session,
          name,
          parent: INGEST,
          ...times,
          attributes: { 'aegis.batch': sessions.length },
        });
    };
  }

  /** A decision that came of a session is in force. */
  decided(decision: Decision): void {
    this.#ofDecision('decision', decision, { name: 'propose' });
  }

  /** It is in the hands of those who follow. */
  enforced(decision: Decision): void {
    this.#ofDecision('enforcement', decision, { name: 'decision', subject: decision.id });
  }

  #ofDecision(name: string, decision: Decision, parent: NonNullable<Span['parent']>): void {
    const { id, session, created, scope, value, action, reason } = decision;
    if (session === undefined) return;
    const attributes = {
      'aegis.decision': id,
      'aegis.scope': scope,
      'aegis.value': value,
      'aegis.action': action,
      'aegis.reason': reason,
    };
    this.#add({
      ...{ session, name, subject: id, parent, attributes },
      ...{ start: created, end: this.#options.clock.now() },
    });
  }

  /** Wall time to say when, a clock that only goes forward to say how long. */
  #begin(): () => Pick<Span, 'start' | 'end'> {
    const { clock } = this.#options;
    const [start, began] = [clock.now(), clock.monotonic()];
    return () => ({ start, end: start + clock.monotonic() - began });
  }

  #add(span: Span): void {
    const { add, sample } = this.#options;
    if (isSampled(span.session, sample)) add(span);
  }
}
