import { hash } from 'node:crypto';
import type { Timestamp } from '@aegis/model';

export interface SessionIdParts {
  readonly source: string;
  /** The client key. */
  readonly key: string;
  /** Time of the event that opened the session. */
  readonly firstAt: Timestamp;
  /** 0, or how many earlier sessions of this client were opened by an event of the same time. */
  readonly repeat: number;
}

/** SHA-256 in hex, the same whenever the same events are read again. */
export function sessionIdOf({ source, key, firstAt, repeat }: SessionIdParts): string {
  return hash('sha256', JSON.stringify([source, key, firstAt, repeat]));
}
