import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type PluginDefinition, runPlugin } from '@aegis/agent-plugin';
import { z } from 'zod';
import { AbsolutePath, durationBetween } from './settings.ts';

interface FilesSettings {
  readonly paths: readonly string[];
  readonly every: number;
}

/** By path: mode, owner and digest of the content, in one text. */
type Baseline = Readonly<Record<string, string>>;

const DEFAULT_PATHS = [
  '/etc/passwd',
  '/etc/shadow',
  '/etc/group',
  '/etc/sudoers',
  '/etc/sudoers.d',
  '/etc/ssh/sshd_config',
  '/etc/crontab',
  '/etc/cron.d',
  '/etc/ld.so.preload',
  '/etc/systemd/system',
  '/root/.ssh/authorized_keys',
] as const;
/** What the agent keeps for a plugin has its bound. */
const MOST_FILES = 400;
const LARGEST_FILE = 67_108_864;
const MOST_TOLD = 50;
const DIGEST_CHARACTERS = 32;
const Baseline: z.ZodType<Baseline> = z.record(z.string(), z.string());

/** Watches files that attackers change: content, mode and owner, against how they were first seen. */
export const files: PluginDefinition<FilesSettings> = {
  settings: z.strictObject({
    paths: z
      .array(AbsolutePath)
      .min(1)
      .max(MOST_FILES)
      .default([...DEFAULT_PATHS]),
    every: durationBetween('5m', '1s', '1d'),
  }),
  async run({ settings, state, signal, ready, find, keep, health, pause }) {
    const kept = Baseline.safeParse(state);
    let before = kept.success ? kept.data : undefined;
    ready();
    while (!signal.aborted) {
      const { seen, isCut } = await lookAt(settings.paths);
      const changes = before === undefined ? [] : changesBetween(before, seen);
      if (changes.length > 0) {
        const data = { changes: changes.slice(0, MOST_TOLD), more: Math.max(0, changes.length - MOST_TOLD) };
        find({ kind: 'report', at: Date.now(), about: 'files_changed', data });
      }
      if (before === undefined || changes.length > 0) keep(seen);
      before = seen;
      const count = Object.keys(seen).length;
      health(!isCut, isCut ? `only the first ${MOST_FILES} files are watched` : `${count} files`);
      await pause(settings.every);
    }
  },
};

export function runFiles(): Promise<void> {
  return runPlugin(files);
}

export function changesBetween(
  before: Baseline,
  now: Baseline,
): readonly { readonly path: string; readonly change: 'added' | 'removed' | 'changed' }[] {
  const [old, fresh] = [new Map(Object.entries(before)), new Map(Object.entries(now))];
  return [...new Set([...old.keys(), ...fresh.keys()])].sort().flatMap((path) => {
    if (old.get(path) === fresh.get(path)) return [];
    return [{ path, change: !old.has(path) ? 'added' : !fresh.has(path) ? 'removed' : 'changed' } as const];
  });
}

/** Files, and those right in folders. What cannot be read is seen as it is: not there. */
export async function lookAt(
  paths: readonly string[],
): Promise<{ readonly seen: Baseline; readonly isCut: boolean }> {
  const names = (await Promise.all(paths.map(filesAt))).flat();
  const seen = new Map<string, string>();
  // One after the other: a watcher is in no hurry, and its host may be.
  for (const name of names.slice(0, MOST_FILES)) {
    const print = await fingerprint(name);
    if (print !== undefined) seen.set(name, print);
  }
  return { seen: Object.fromEntries(seen), isCut: names.length > MOST_FILES };
}

async function filesAt(path: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => join(path, name));
  } catch {
    return [path];
  }
}

async function fingerprint(path: string): Promise<string | undefined> {
  try {
    const { mode, uid, gid, size } = await stat(path);
    const hash = createHash('sha256');
    if (size <= LARGEST_FILE) for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    else hash.update(`${size} bytes`);
    return `${mode.toString(8)} ${uid} ${gid} ${hash.digest('hex').slice(0, DIGEST_CHARACTERS)}`;
  } catch {
    return undefined;
  }
}
