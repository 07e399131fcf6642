import type { Position } from '@aegis/ports';
import { isPosition } from './position.ts';

/** What is told on the channel: messages one behind the other, and what came before them. */
export interface LiveMessage {
  readonly before: Position;
  readonly entries: readonly LiveEntry[];
}

export interface LiveEntry {
  readonly position: Position;
  readonly payload: string;
}

/** Undefined where it is none: anybody who may speak to Redis may say anything on a channel. */
export function readLiveMessage(text: string): LiveMessage | undefined {
  const list = parsed(text);
  if (!Array.isArray(list) || list.length < 3 || list.length % 2 === 0) return undefined;
  if (!list.every((each) => typeof each === 'string')) return undefined;
  const [before = '', ...rest] = list as readonly string[];
  const entries: LiveEntry[] = [];
  for (let i = 0; i < rest.length; i += 2)
    entries.push({ position: rest[i] as Position, payload: rest[i + 1] as string });
  const positions = [before, ...entries.map(({ position }) => position)];
  return positions.every(isPosition) ? { before, entries } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
