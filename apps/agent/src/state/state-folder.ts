import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AegisError } from '@aegis/model';

/** The folder in which an agent keeps what it must know again after a restart. */
export class StateFolder {
  readonly root: string;

  /** Throws AegisError `state_unusable`. */
  constructor(root: string) {
    this.root = root;
    try {
      mkdirSync(root, { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw unusable(root, cause);
    }
  }

  path(name: string): string {
    return join(this.root, name);
  }

  /** Undefined where it is not there. Throws AegisError `state_unusable`. */
  read(name: string): string | undefined {
    try {
      return readFileSync(this.path(name), 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw unusable(this.path(name), cause);
    }
  }

  /** The old text or the new one, whenever the power fails. Throws AegisError `state_unusable`. */
  write(name: string, text: string, mode: number = 0o600): void {
    const next = this.path(`${name}.next`);
    try {
      writeFileSync(next, text, { mode, flush: true });
      renameSync(next, this.path(name));
    } catch (cause) {
      throw unusable(this.path(name), cause);
    }
  }

  /** Undefined where it is not there or is no JSON: what an agent kept is never worth refusing to start for. */
  readJson(name: string): unknown {
    try {
      const text = this.read(name);
      return text === undefined ? undefined : JSON.parse(text);
    } catch {
      return undefined;
    }
  }
}

function unusable(path: string, cause: unknown): AegisError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new AegisError('state_unusable', `${path} cannot be used: ${message}`, { cause });
}
