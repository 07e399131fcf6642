import type { KeyHash } from '@aegis/model';
import type { SetMemory } from './set-memory.ts';
import { WIDE } from './set-memory.ts';

/** The part of a set's memory that texts are looked up in. */
export interface TextMemory extends Pick<SetMemory, 'scope' | 'length' | 'place' | 'arena' | 'slots'> {
  /** Over all that a text can have, by the key of the set. */
  readonly hash: KeyHash;
}

/** The slot of the text from `start` on: the one it is in, or the free one where it would go. Allocates nothing. */
export function slotOf(memory: TextMemory, scope: number, text: string, start: number = 0): number {
  const { slots, hash } = memory;
  const last = slots.length - 1;
  hash.of(text, start);
  // The same text of another scope is another one; nobody knows the rest of what is mixed.
  let slot = (hash.a ^ Math.imul(scope, 0x9e37_79b1)) & last;
  for (;;) {
    const row = (slots[slot] as number) - 1;
    if (row < 0 || isText(memory, row, scope, text, start)) return slot;
    slot = (slot + 1) & last;
  }
}

export function textRow(memory: TextMemory, scope: number, text: string, start: number = 0): number {
  return (memory.slots[slotOf(memory, scope, text, start)] as number) - 1;
}

function isText(memory: TextMemory, row: number, scope: number, text: string, start: number): boolean {
  const { arena } = memory;
  const length = memory.length[row] as number;
  const units = length & ~WIDE;
  if (memory.scope[row] !== scope || units !== text.length - start) return false;
  let at = memory.place[row] as number;
  if (length === units) {
    for (let i = 0; i < units; i++) {
      if (arena[at + i] !== text.charCodeAt(start + i)) return false;
    }
    return true;
  }
  for (let i = 0; i < units; i++, at += 2) {
    if (((arena[at] as number) | ((arena[at + 1] as number) << 8)) !== text.charCodeAt(start + i))
      return false;
  }
  return true;
}

/** The text of a row. */
export function readText({ arena }: Pick<SetMemory, 'arena'>, at: number, length: number): string {
  const units = length & ~WIDE;
  const wide = length !== units;
  let text = '';
  for (let i = 0; i < units; i++) {
    const code = wide
      ? (arena[at + 2 * i] as number) | ((arena[at + 2 * i + 1] as number) << 8)
      : (arena[at + i] as number);
    text += String.fromCharCode(code);
  }
  return text;
}
