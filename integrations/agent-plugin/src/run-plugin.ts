import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Finding,
  LineReader,
  LONGEST_LINE,
  type PluginSaid,
  readToldLine,
  type ToldPlugin,
  writePluginLine,
} from '@aegis/fleet';
import type { z } from 'zod';

/** What a plugin is: its settings, with ranges and defaults, and its work. */
export interface PluginDefinition<S> {
  readonly settings: z.ZodType<S>;
  /** Works until the signal; what it throws ends the plugin, and the agent starts it again, later each time. */
  run(host: PluginHost<S>): Promise<void>;
}

/** What a plugin has of its agent. */
export interface PluginHost<S> {
  readonly settings: S;
  /** What was last kept; undefined at first. */
  readonly state: unknown;
  readonly signal: AbortSignal;
  /** Says that the plugin works; nothing is told before it. */
  ready(): void;
  find(finding: Finding): void;
  /** Given back at the next start; at most 1 MiB, and 64 KiB with the line around it. */
  keep(state: unknown): void;
  health(healthy: boolean, text?: string): void;
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string): void;
  /** Resolves after `ms`, sooner when the plugin is to end. */
  pause(ms: number): Promise<void>;
}

/** Where a plugin runs; a test has its own. */
export interface PluginWorld {
  readonly input: Readable;
  write(line: string): void;
  exit(code: number): void;
}

const LONGEST_TEXT = 1_000;

/** Speaks with the agent for a plugin. Resolves when it has ended. */
export async function runPlugin<S>(
  definition: PluginDefinition<S>,
  world: PluginWorld = PROCESS,
): Promise<void> {
  const stop = new AbortController();
  const say = (said: PluginSaid): void => world.write(writePluginLine(said));
  const started = Promise.withResolvers<Extract<ToldPlugin, { readonly type: 'start' }>>();
  const reader = new LineReader(
    LONGEST_LINE,
    (line) => {
      const told = readToldLine(line);
      if (told?.type === 'start') started.resolve(told);
      else if (told?.type === 'stop') stop.abort();
    },
    () => {},
  );
  world.input.on('data', (chunk: Buffer) => reader.push(chunk));
  // An agent that died lets its plugins end.
  world.input.on('close', () => stop.abort());
  const { settings, state } = await started.promise;
  const parsed = definition.settings.safeParse(settings);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'settings'}: ${message}`,
    );
    say({ type: 'refused', error: issues.join('; ').slice(0, LONGEST_TEXT) });
    return world.exit(1);
  }
  try {
    await definition.run({
      settings: parsed.data,
      state: state ?? undefined,
      signal: stop.signal,
      ready: () => say({ type: 'ready' }),
      find: (finding) => say({ type: 'finding', finding }),
      keep: (kept) => say({ type: 'state', state: kept }),
      health: (healthy, text = '') => say({ type: 'health', healthy, text: text.slice(0, LONGEST_TEXT) }),
      log: (level, message) => say({ type: 'log', level, message: message.slice(0, LONGEST_TEXT) }),
      pause: (ms) => sleep(ms, undefined, { signal: stop.signal }).catch(() => undefined),
    });
    world.exit(0);
  } catch (error) {
    say({ type: 'log', level: 'error', message: String(error).slice(0, LONGEST_TEXT) });
    world.exit(1);
  }
}

const PROCESS: PluginWorld = Object.freeze({
  input: process.stdin,
  write: (line: string) => void process.stdout.write(line),
  exit(code: number) {
    process.exitCode = code;
    process.stdin.destroy();
  },
});
