import type { LoginAttempt } from '@aegis/decoy';
import type { Address, HttpObservation } from '@aegis/model';

/** One request as the decoy saw and answered it, or what a client sent that was no request. */
export interface DecoyEvent {
  readonly client: Address;
  readonly clientPort: number;
  readonly request: HttpObservation;
  /** The credentials it tried. */
  readonly login?: LoginAttempt;
}
