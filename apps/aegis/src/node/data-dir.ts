import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AegisError } from '@aegis/model';
import { z } from 'zod';

/** Where everything lies that a node keeps. */
export interface DataDir {
  readonly root: string;
  readonly stream: string;
  /** What workers in other processes propose. */
  readonly proposals: string;
  /** A folder: the files of the loader lie directly in the data directory. */
  readonly archive: string;
  readonly memory: string;
  readonly ledger: string;
  readonly registry: string;
  readonly guard: string;
  /** A folder: the last good state of each feed. */
  readonly feeds: string;
  /** Signs orders to the fleet; readable by its owner alone. */
  readonly fleetKey: string;
  /** The public half, for agents. */
  readonly fleetPublicKey: string;
  /** How the campaigns of patterns stand. */
  readonly campaigns: string;
  /** A folder: flows of the hunt. */
  readonly hunt: string;
  readonly trail: string;
  /** Signs checkpoints; readable by its owner alone. */
  readonly trailKey: string;
  /** The public half, for whoever verifies. */
  readonly trailPublicKey: string;
  /** Audit entries that wait, encrypted, for a ledger that is away; and their key. */
  readonly auditBuffer: string;
  readonly auditBufferKey: string;
  /** Makes members of a mesh; on the one node where `aegis mesh init` ran. */
  readonly meshAuthority: string;
  /** With which this node takes part in a mesh. */
  readonly meshToken: string;
  /** Findings that wait for the mesh. */
  readonly meshReports: string;
  /** What people are to be told. */
  readonly notifications: string;
  /** The key with which commands on this machine use the API; readable by its owner alone. */
  readonly cliKey: string;
  /** Where the running node listens, for commands on this machine. */
  readonly running: string;
}

const DEFAULT_STREAM = 'sessions_stream';

/** `stream` is the name of the stream that sessions wait in. */
export function dataDir(root: string, stream: string = DEFAULT_STREAM): DataDir {
  const at = (...parts: readonly string[]): string => join(resolve(root), ...parts);
  return {
    root: at(),
    stream: at(`${stream}.db`),
    proposals: at(`${stream}_proposals.db`),
    archive: at(),
    memory: at('memory.db'),
    ledger: at('ledger.db'),
    registry: at('registry.db'),
    guard: at('guard.db'),
    feeds: at('feeds'),
    fleetKey: at('secrets', 'fleet.key'),
    fleetPublicKey: at('fleet.pub'),
    campaigns: at('campaigns.json'),
    hunt: at('hunt'),
    trail: at('trail.db'),
    trailKey: at('secrets', 'trail.key'),
    trailPublicKey: at('trail.pub'),
    auditBuffer: at('audit-buffer'),
    auditBufferKey: at('secrets', 'audit-buffer.key'),
    meshAuthority: at('secrets', 'mesh-authority.json'),
    meshToken: at('secrets', 'mesh.token'),
    meshReports: at('mesh_reports.db'),
    notifications: at('notifications.db'),
    cliKey: at('secrets', 'cli.key'),
    running: at('running.json'),
  };
}

const SQLITE_BUSY = 5;

/**
 * Takes the directory for this process until the returned function is called (again is harmless) or the process
 * ends, however it ends. Throws AegisError `data_dir_in_use` or `data_dir_unavailable`.
 */
export function claimDataDir(dir: DataDir): () => void {
  const { root } = dir;
  makeDataDir(dir);
  try {
    // SQLite's exclusive lock is the operating system's: kill -9 gives it back.
    const lock = new DatabaseSync(join(root, 'lock.db'), { timeout: 0 });
    try {
      lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    } catch (cause) {
      lock.close();
      if ((cause as { readonly errcode?: number }).errcode !== SQLITE_BUSY) throw cause;
      throw new AegisError(
        'data_dir_in_use',
        `${root} is in use by another aegis process; stop it, or take another data_dir`,
        { cause },
      );
    }
    return () => {
      if (lock.isOpen) lock.close();
    };
  } catch (cause) {
    if (cause instanceof AegisError) throw cause;
    throw unusable(root, cause);
  }
}

/** Makes the directory where it is missing. Throws AegisError `data_dir_unavailable`. */
export function makeDataDir({ root }: DataDir): void {
  try {
    mkdirSync(root, { recursive: true, mode: 0o750 });
    mkdirSync(join(root, 'secrets'), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unusable(root, cause);
  }
}

function unusable(root: string, cause: unknown): AegisError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new AegisError('data_dir_unavailable', `${root} cannot be used: ${message}`, { cause });
}

/** Where a running node can be reached. */
export interface RunningNode {
  readonly pid: number;
  readonly api: string;
  readonly decoy?: string;
  /** The API's certificate as PEM, where it speaks TLS: commands on this machine believe it, whatever its name. */
  readonly certificate?: string;
}

const RunningNode: z.ZodType<RunningNode> = z.object({
  pid: z.int(),
  api: z.url(),
  decoy: z.url().exactOptional(),
  certificate: z.string().exactOptional(),
});

export function writeRunning({ running }: DataDir, node: RunningNode): void {
  writeAtomically(running, `${JSON.stringify(node)}\n`, 0o644);
}

export function removeRunning({ running }: DataDir): void {
  rmSync(running, { force: true });
}

/** Undefined where no node has said that it runs here, or what it said cannot be read. */
export function readRunning({ running }: DataDir): RunningNode | undefined {
  try {
    const text = readIfThere(running);
    return text === undefined ? undefined : RunningNode.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function readCliKey({ cliKey }: DataDir): string | undefined {
  return readIfThere(cliKey)?.trim();
}

export function writeCliKey({ cliKey }: DataDir, key: string): void {
  writeAtomically(cliKey, `${key}\n`, 0o600);
}

export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export function writeAtomically(path: string, text: string, mode: number): void {
  const next = `${path}.next`;
  writeFileSync(next, text, { mode });
  chmodSync(next, mode);
  renameSync(next, path);
}
