import { z } from 'zod';

/** How a client is treated, the mildest first. */
export const CLIENT_STATES = [
  'normal',
  'throttled',
  'write_disabled',
  'shadow_banned',
  'disconnected',
] as const;
export type ClientState = (typeof CLIENT_STATES)[number];
export const ClientState: z.ZodType<ClientState> = z.enum(CLIENT_STATES);

export const NORMAL = 0;
export const THROTTLED = 1;
export const WRITE_DISABLED = 2;
export const SHADOW_BANNED = 3;
export const DISCONNECTED = 4;

export function stateNumber(state: ClientState): number {
  return CLIENT_STATES.indexOf(state);
}

export function stateName(number: number): ClientState {
  return CLIENT_STATES[number] as ClientState;
}
