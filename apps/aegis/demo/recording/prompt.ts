import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '@aegis/model';
import type { Prompt } from './visit.ts';

export function createPrompt(random: Random, work: string): Prompt {
  const lists = new Map<string, readonly string[]>();
  const below = (count: number): number => Math.floor(random.next() * count);
  const folder = (): string => mkdtempSync(join(work, 'visit-'));
  return {
    random,
    pick: <T>(choices: readonly T[]) => choices[below(choices.length)] as T,
    chance: (probability) => random.next() < probability,
    between: (low, high) => low + below(high - low + 1),
    some(lines, count) {
      const share = count / lines.length;
      const taken = lines.filter(() => random.next() < share);
      return taken.length > 0 ? taken : lines.slice(0, count);
    },
    folder,
    file(lines) {
      const path = join(folder(), 'list.txt');
      writeFileSync(path, `${lines.join('\n')}\n`);
      return path;
    },
    list(path) {
      const known = lists.get(path) ?? readFileSync(path, 'latin1').split(/\r?\n/).filter(Boolean);
      lists.set(path, known);
      return known;
    },
  };
}
