import type { AttackType } from './attack-type.ts';
import type { Timestamp } from './clock.ts';

/** One HTTP request as a sensor saw it. All text is attacker-written. */
export interface HttpObservation {
  readonly kind: 'http';
  readonly at: Timestamp;
  readonly method: string;
  /** The request target as sent: path and query, still encoded. */
  readonly target: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly status?: number;
  /** What the sensor itself thought it was. */
  readonly label?: AttackType;
}

/** An attempt to sign in (web form, ssh, telnet). */
export interface LoginObservation {
  readonly kind: 'login';
  readonly at: Timestamp;
  readonly username: string;
  readonly password?: string;
  readonly success: boolean;
  /** The program that was signed in to: `sshd`, `dovecot`, `keycloak`; where its log told. */
  readonly service?: string;
  /** Why it failed, where its log told; a sign-in that only lacks its second factor is `bad_credentials` too. */
  readonly failure?: 'unknown_user' | 'bad_credentials';
}

/** A line typed into a shell. */
export interface CommandObservation {
  readonly kind: 'command';
  readonly at: Timestamp;
  readonly input: string;
}

/** A file fetched or dropped by the client. */
export interface DownloadObservation {
  readonly kind: 'download';
  readonly at: Timestamp;
  readonly url: string;
  /** SHA-256, lower-case hex. */
  readonly sha256?: string;
}

/** Something a sensor saw. */
export type Observation = HttpObservation | LoginObservation | CommandObservation | DownloadObservation;
