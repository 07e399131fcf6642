import type { Address, Observation, Protocol, Timestamp } from '@aegis/model';

/** One thing a sensor saw of a client, before it is known to which session it belongs. */
export interface SensorEvent {
  readonly at: Timestamp;
  readonly client: Address;
  readonly clientPort?: number;
  /** Which kind of sensor: `decoy`, `snare`, `cowrie`, `access-log`, `w3c-log`, `zeek-http`. */
  readonly sensor: string;
  /** Which one of them: TANNER's `snare_uuid`, Cowrie's host name. */
  readonly sensorId?: string;
  /** Absent where this event alone does not tell. */
  readonly protocol?: Protocol;
  /** As sent; for ssh the client's version string. */
  readonly userAgent?: string;
  /** The value of the session cookie, by which two clients behind one address are told apart. */
  readonly cookie?: string;
  /** The sensor's own session id (Cowrie); where there is one it tells sessions apart, not agent and cookie. */
  readonly sessionId?: string;
  /** What was seen, at `at`. Absent for a mere connect or close. */
  readonly observation?: Observation;
  /** The sensor says that this was the session's last event. */
  readonly ends?: boolean;
}
