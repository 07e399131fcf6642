import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PluginDefinition, type PluginHost, runPlugin } from '@aegis/agent-plugin';
import { logEvents } from '@aegis/analyze';
import { type Alert, parseRules, type Rule, ScenarioEngine } from '@aegis/scenario';
import { z } from 'zod';
import { type FollowedPlace, LogFollower } from './log-follower.ts';
import { AbsolutePath, durationBetween } from './settings.ts';

export interface AuthLogSettings {
  readonly files: readonly string[];
  /** More rules, in the format of docs/scenarios.md, besides those in the box. */
  readonly rules: readonly string[];
  /** Between two looks, ms. */
  readonly every: number;
}

const RULES = join(import.meta.dirname, '..', '..', 'scenarios', 'sign-in.yaml');
const MOST_BUCKETS = 10_000;
/** Looks between two times that the place in a log is kept. */
const KEEP_EVERY = 10;

const Settings: z.ZodType<AuthLogSettings> = z.strictObject({
  files: z.array(AbsolutePath).min(1).max(16).default(['/var/log/auth.log', '/var/log/secure']),
  rules: z.array(AbsolutePath).max(16).default([]),
  every: durationBetween('1s', '100ms', '1m'),
});

/** Watches sign-ins by ssh and sudo: who guesses passwords is proposed for a ban, which a node decides. */
export const authLog: PluginDefinition<AuthLogSettings> = {
  settings: Settings,
  async run(host) {
    const { settings, signal } = host;
    const engine = new ScenarioEngine(rulesOf([RULES, ...settings.rules]), { maxBuckets: MOST_BUCKETS });
    const logs = settings.files.map((file) => watchedLog(file, engine, host));
    host.ready();
    for (let look = 0; !signal.aborted; look++) {
      const troubles = (await Promise.all(logs.map((log) => log.look()))).filter((text) => text !== '');
      // A host has one of the two names that logs of sign-ins go by.
      host.health(troubles.length < logs.length, troubles.join('; '));
      if (look % KEEP_EVERY === 0) keepPlaces();
      await host.pause(settings.every);
    }
    keepPlaces();
    await Promise.all(logs.map((log) => log.close()));

    function keepPlaces(): void {
      host.keep(Object.fromEntries(logs.map(({ file, place }) => [file, place()])));
    }
  },
};

export function runAuthLog(): Promise<void> {
  return runPlugin(authLog);
}

/** Throws with every error, for whoever wrote the rules. */
function rulesOf(files: readonly string[]): readonly Rule[] {
  return files.flatMap((file) => {
    const parsed = parseRules(file, readFileSync(file, 'utf8'));
    if (parsed.ok) return parsed.value;
    throw new Error(parsed.error.map(({ line, message }) => `${file}:${line}: ${message}`).join('; '));
  });
}

interface WatchedLog {
  readonly file: string;
  /** What keeps it from being read; empty where nothing does. */
  look(): Promise<string>;
  place(): FollowedPlace;
  close(): Promise<void>;
}

function watchedLog(file: string, engine: ScenarioEngine, host: PluginHost<AuthLogSettings>): WatchedLog {
  const read = logEvents('host-log');
  const follower = new LogFollower(file, (line) => {
    const events = read(line, Date.now());
    if (!events.ok) return;
    for (const { client, event } of events.value) {
      const sighting = { event, classes: () => [], ...(client !== undefined && { client }) };
      for (const alert of engine.observe(sighting)) propose(alert, host);
    }
  });
  let isOpen = false;
  let from = placeIn(host.state, file);
  return {
    file,
    async look() {
      try {
        if (!isOpen) await follower.open(from);
        isOpen = true;
        await follower.look();
        return '';
      } catch (error) {
        // What appears later was never read: all of it is new.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') from ??= { inode: 0, offset: 0 };
        return (error as Error).message;
      }
    },
    place: () => follower.place,
    close: () => follower.close(),
  };
}

function propose({ rule, clients, at, why }: Alert, { find }: PluginHost<AuthLogSettings>): void {
  const { propose: wish } = rule;
  if (wish === undefined) return;
  for (const address of clients)
    find({
      ...{ kind: 'proposal', at, address, action: wish.action, durationMs: wish.for },
      ...{ reason: why, rule: rule.name, confidence: rule.confidence },
    });
}

function placeIn(state: unknown, file: string): FollowedPlace | undefined {
  const Places = z.record(z.string(), z.strictObject({ inode: z.number(), offset: z.number() }));
  const places = Places.safeParse(state);
  return places.success && Object.hasOwn(places.data, file) ? places.data[file] : undefined;
}
