import type { Clock } from '@aegis/model';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import type { ReadFile } from '../config/read-file.ts';
import type { DataDir } from '../node/data-dir.ts';
import type { FileSystemSpace } from './file-system-space.ts';

/** Something that can be wrong with a machine or a node. It looks and changes nothing. */
export interface Check<Context> {
  readonly name: string;
  /** What it saw, at least one finding. May throw: then it could not look. */
  run(context: Context): readonly Finding[] | Promise<readonly Finding[]>;
}

export type Finding =
  | { readonly level: 'ok'; readonly what: string }
  /** `warn`: it works, and it should not stay so. `fail`: it does not work, or is not safe. */
  | { readonly level: 'warn' | 'fail'; readonly what: string; readonly mend: string };

/** What can be looked at without a config. */
export interface MachineContext {
  readonly nodeVersion: string;
  /** Undefined where the system has no user ids. */
  readonly uid: number | undefined;
  readonly env: Environment;
  readonly cwd: string;
  readonly clock: Clock;
  readonly readFile: ReadFile;
  readonly spaceAt: (path: string) => FileSystemSpace;
}

/** What can be looked at once the config is known to be good. */
export interface NodeContext extends MachineContext {
  readonly config: Config;
  readonly configFile: string | undefined;
  readonly dir: DataDir;
}

export function ok(what: string): readonly Finding[] {
  return [{ level: 'ok', what }];
}

export function warn(what: string, mend: string): readonly Finding[] {
  return [{ level: 'warn', what, mend }];
}

export function fail(what: string, mend: string): readonly Finding[] {
  return [{ level: 'fail', what, mend }];
}
