import {
  Address,
  type CommandObservation,
  type HttpObservation,
  type LoginObservation,
  type Observation,
  type Session,
} from '@aegis/model';

/** Sessions for tests. */
export const START: number = Date.UTC(2026, 0, 1);
export const NOW: number = START + 3_600_000;
export const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';

function client(): Address {
  const parsed = Address.parse('203.0.113.9');
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

/** A session that lasts as long as its observations. */
export function sessionOf(
  observations: readonly Observation[],
  userAgent: string,
  over: Partial<Session> = {},
): Session {
  return {
    id: 'session-1',
    client: client(),
    userAgent,
    protocol: 'http',
    sensor: 'test',
    startedAt: START,
    endedAt: observations.at(-1)?.at ?? START,
    observations,
    observationCount: observations.length,
    labels: [],
    ...over,
  };
}

export function request(
  afterMs: number,
  target: string,
  over: Partial<HttpObservation> = {},
): HttpObservation {
  return {
    kind: 'http',
    at: START + afterMs,
    method: 'GET',
    target,
    headers: {},
    cookies: {},
    status: 200,
    ...over,
  };
}

export function command(afterMs: number, input: string): CommandObservation {
  return { kind: 'command', at: START + afterMs, input };
}

export function login(afterMs: number, username: string, success = false): LoginObservation {
  return { kind: 'login', at: START + afterMs, username, password: 'secret-password', success };
}

/** `count` observations, one each `everyMs`. */
export function series(
  count: number,
  everyMs: number,
  make: (afterMs: number, i: number) => Observation,
): readonly Observation[] {
  return Array.from({ length: count }, (_, i) => make(i * everyMs, i));
}
