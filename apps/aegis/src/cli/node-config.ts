import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import type { CommandContext } from './frame/command-context.ts';
import { requireConfig } from './frame/require-config.ts';

/** Options of every command that has to do with a node. */
export interface NodeOptions {
  readonly config?: string;
  readonly dataDir?: string;
}

/** The config in force for a command, its data directory absolute. Throws CommandError with all that is wrong. */
export function nodeConfig(context: CommandContext, { config: file, dataDir }: NodeOptions): Config {
  const { config } = requireConfig(context, file);
  return { ...config, dataDir: resolve(context.cwd, dataDir ?? config.dataDir) };
}
