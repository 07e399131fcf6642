import type { Command } from 'commander';
import type { MemoryAsk } from '../../client/index.ts';
import { type ConnectOptions, withConnection } from '../connect.ts';
import { wholeNumber } from '../whole-number.ts';

export interface MemoryListOptions extends ConnectOptions {
  readonly limit: string;
  readonly since?: string;
}

/** The options of every list of the memory. */
export function withMemoryAsk(command: Command): Command {
  return withConnection(command)
    .option('--limit <number>', 'at most', '50')
    .option('--since <time>', 'seen since this time, ISO 8601, or a day');
}

/** Throws CommandError where an option is wrong. */
export function memoryAsk({ limit, since }: MemoryListOptions): MemoryAsk {
  return {
    limit: wholeNumber('--limit', limit),
    ...(since === undefined ? {} : { seen_since: since }),
  };
}
