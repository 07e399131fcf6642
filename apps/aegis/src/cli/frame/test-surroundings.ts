import { ManualClock } from '@aegis/model';
import { readFile } from '../../config/read-file.ts';
import type { Surroundings } from './command-context.ts';
import { type MemoryTerminal, memoryTerminal } from './memory-terminal.ts';

/** A small world for tests of commands: an empty environment, a clock that stands, a terminal that remembers. */
export function testSurroundings(
  changes: Partial<Surroundings> & { readonly terminal?: MemoryTerminal } = {},
): Surroundings & { readonly terminal: MemoryTerminal } {
  return {
    terminal: memoryTerminal(),
    env: {},
    cwd: '/',
    hostname: 'test-host',
    clock: new ManualClock(),
    readFile,
    signal: new AbortController().signal,
    ...changes,
  };
}
