import type { AddressInfo } from 'node:net';
import { type SensorEvent, Sessionizer, type SessionizerOptions, WEB_SESSIONS } from '@aegis/analyze';
import { isHiddenLink } from '@aegis/decoy';
import type { Clock, Logger, SessionInput } from '@aegis/model';
import type { DecoyEvent } from './decoy-event.ts';
import type { DecoyLimits } from './decoy-limits.ts';
import { createDecoyServer } from './decoy-server.ts';
import { SessionOutbox } from './session-outbox.ts';

export interface DecoySensorOptions {
  /** Which decoy this is; part of its sessions' ids. */
  readonly id: string;
  /** Takes over finished sessions. Where it rejects they are offered again at the next sweep. */
  readonly emit: (sessions: readonly SessionInput[]) => Promise<void>;
  readonly limits?: Partial<DecoyLimits>;
  readonly sessions?: Partial<Omit<SessionizerOptions, 'source'>>;
  /** How often finished sessions are looked for and handed on. Default 1 s. */
  readonly sweepMs?: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface DecoySensor {
  /** Throws AegisError `decoy_listen_failed`. */
  listen(host: string, port: number): Promise<AddressInfo>;
  /** Stops serving, then ends and hands on all sessions. Those that `emit` still refuses are lost. */
  close(): Promise<void>;
}

/** What may wait while `emit` refuses. */
const OUTBOX = { sessions: 5000, units: 32 * 1024 * 1024 };
const MAX_BATCH = 100;
/** The site's only cookie. */
const SESSION_COOKIE = 'PHPSESSID';

function sensorEvents(
  id: string,
  { client, clientPort, request, login }: DecoyEvent,
): readonly SensorEvent[] {
  const common = {
    at: request.at,
    client,
    clientPort,
    sensor: 'decoy',
    sensorId: id,
    protocol: 'http' as const,
    userAgent: request.headers['user-agent'] ?? '',
    cookie: request.cookies[SESSION_COOKIE] ?? '',
  };
  const seen: SensorEvent = { ...common, observation: request };
  if (login === undefined) return [seen];
  return [seen, { ...common, observation: { kind: 'login', at: request.at, ...login, success: false } }];
}

function withHiddenLinks(session: SessionInput): SessionInput {
  const followed = session.requests?.filter(({ path }) => isHiddenLink(path)).length ?? 0;
  return followed === 0 ? session : { ...session, hidden_links: followed };
}

/** The decoy as a sensor: its requests grouped into sessions, handed on when they end. */
export function createDecoySensor(options: DecoySensorOptions): DecoySensor {
  const { id, clock, logger } = options;
  const sessionizer = new Sessionizer({ ...WEB_SESSIONS, ...options.sessions, source: id });
  const outbox = new SessionOutbox(OUTBOX);

  function keep(sessions: readonly SessionInput[]): void {
    const dropped = outbox.add(sessions.map(withHiddenLinks));
    if (dropped > 0) logger.error({ dropped }, 'the decoy dropped sessions that could not be handed on');
  }

  async function handOn(): Promise<void> {
    try {
      await outbox.deliver(options.emit, MAX_BATCH);
    } catch (error) {
      logger.warn({ err: error, waiting: outbox.size }, 'sessions of the decoy wait to be handed on');
    }
  }

  const server = createDecoyServer({
    ...options.limits,
    clock,
    logger,
    onEvent(event) {
      for (const sensorEvent of sensorEvents(id, event)) keep(sessionizer.add(sensorEvent));
    },
  });
  let sweep: NodeJS.Timeout | undefined;

  return {
    async listen(host, port) {
      const address = await server.listen(host, port);
      sweep = setInterval(() => {
        keep(sessionizer.advance(clock.now()));
        void handOn();
      }, options.sweepMs ?? 1000);
      return address;
    },
    async close() {
      clearInterval(sweep);
      await server.close();
      // What is being handed on already, then the rest.
      await handOn();
      keep(sessionizer.flush());
      await handOn();
    },
  };
}
