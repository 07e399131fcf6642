import type { Ask } from '@aegis/guard-node';

/** What clients say, as JSON. `id` comes back with the answer. */
export type ClientFrame =
  | {
      readonly kind: 'say';
      readonly id: number;
      readonly room: string;
      readonly text: string;
      readonly to?: number;
    }
  | { readonly kind: 'call'; readonly id: number; readonly method: string };

/** What the server says. */
export type ServerFrame =
  | { readonly kind: 'done'; readonly id: number }
  | { readonly kind: 'refused'; readonly id: number; readonly retryAfterMs: number }
  | { readonly kind: 'said'; readonly room: string; readonly from: string; readonly text: string };

/** The largest frame that is read, bytes. */
export const LARGEST_FRAME: number = 64 * 1024;

export interface Heard {
  readonly ask: Ask;
  readonly value: ClientFrame | undefined;
}

/** A frame as the guard and the server want it. `members` says how many a room has. */
export function readFrame(data: Buffer, members: (room: string) => number): Heard {
  const text = data.toString();
  const frame = parse(text);
  if (frame === undefined)
    return { ask: { kind: 'malformed', detail: 'not a frame of this server' }, value: undefined };
  if (frame.kind === 'call') return { ask: { kind: 'rpc', call: { method: frame.method } }, value: frame };
  const recipientCount = Math.max(members(frame.room) - 1, frame.to ?? 0);
  const call = { channel: frame.room, recipientCount, size: frame.text.length, isMedia: false };
  return { ask: { kind: 'message', call }, value: frame };
}

function parse(text: string): ClientFrame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, id, room, text: said, method, to } = value as Record<string, unknown>;
  if (typeof id !== 'number') return undefined;
  if (kind === 'call' && typeof method === 'string') return { kind, id, method };
  if (kind !== 'say' || typeof room !== 'string' || typeof said !== 'string') return undefined;
  return { kind, id, room, text: said, ...(typeof to === 'number' ? { to } : {}) };
}
