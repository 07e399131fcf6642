import { join } from 'node:path';
import { Result } from '@aegis/model';
import type { ConfigError } from './config-error.ts';
import { type Environment, variable } from './environment.ts';
import type { ReadFile } from './read-file.ts';
import { CONFIG_FILE_LIMIT } from './yaml-file.ts';

export interface ConfigSearch {
  /** What `--config` named. */
  readonly file?: string;
  readonly env: Environment;
  readonly cwd: string;
  readonly readFile: ReadFile;
}

export interface FoundFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * The config file: the one of `--config`, or of AEGIS_CONFIG, or ./aegis.yaml, or /etc/aegis/aegis.yaml. One
 * that was named must be there; without any the defaults hold. One that is there must be readable.
 */
export function findConfigFile(search: ConfigSearch): Result<FoundFile | undefined, ConfigError> {
  const { file, env, cwd, readFile } = search;
  const named = file ?? variable(env, 'AEGIS_CONFIG');
  const candidates = named === undefined ? ['aegis.yaml', '/etc/aegis/aegis.yaml'] : [named];
  for (const name of candidates) {
    const read = readFile(name.startsWith('/') ? name : join(cwd, name), CONFIG_FILE_LIMIT);
    if (read.ok) return Result.ok({ name, bytes: read.value });
    if (named === undefined && read.error.kind === 'missing') continue;
    const by = file === undefined && named !== undefined ? ' (named by AEGIS_CONFIG)' : '';
    return Result.err({ kind: 'unreadable', message: `${name}${by} ${read.error.message}` });
  }
  return Result.ok(undefined);
}
