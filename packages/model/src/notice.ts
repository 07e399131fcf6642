import type { Timestamp } from './clock.ts';

/**
 * What a program wrote in its log about something that happened and that is no request, sign-in or command: a
 * packet refused, a mail turned away, a program started. All text is attacker-written.
 */
export interface Notice {
  readonly kind: 'notice';
  readonly at: Timestamp;
  /** Who wrote it: `kernel`, `postfix`, `named`. */
  readonly service: string;
  /** What happened, in the reader's vocabulary: `packet_refused`, `relay_denied`. */
  readonly event: string;
  /** What else the line says, by name. */
  readonly data: Readonly<Record<string, string>>;
}
