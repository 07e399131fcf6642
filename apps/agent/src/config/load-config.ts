import { readFileSync } from 'node:fs';
import { Result } from '@aegis/model';
import { isMap, LineCounter, parseDocument } from 'yaml';
import { AGENT_SETTINGS, type AgentSetting, type AgentSettings } from './agent-settings.ts';
import { LocalPlugin, PluginName } from './plugin-settings.ts';

export interface AgentConfig {
  readonly settings: AgentSettings;
  /** By name. */
  readonly plugins: ReadonlyMap<string, LocalPlugin>;
}

export interface ConfigSources {
  /** What `--config` named; without it `/etc/aegis-agent/agent.yaml` where it is there. */
  readonly file?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the command line said, by the names of settings. */
  readonly words: Partial<Record<keyof AgentSettings, string>>;
}

const DEFAULT_FILE = '/etc/aegis-agent/agent.yaml';
const LARGEST_FILE = 1_048_576;

interface Written {
  readonly value: unknown;
  /** Where a wrong value is mended. */
  readonly place: string;
}

/** Defaults, then the file, then `AEGIS_AGENT_…`, then the command line. All errors at once, each a line. */
export function loadAgentConfig({ file, env, words }: ConfigSources): Result<AgentConfig, readonly string[]> {
  const read = readConfigFile(file ?? env.AEGIS_AGENT_CONFIG);
  if (!read.ok) return read;
  const { top, placeOf, plugins: writtenPlugins } = read.value;
  const errors: string[] = [];
  const known = new Set(['plugins', ...Object.values(AGENT_SETTINGS).map(({ key }) => key)]);
  for (const key of top.keys())
    if (!known.has(key)) errors.push(`${placeOf(key)}: ${key}: is no key here; see aegis-agent settings`);
  const settings = Object.fromEntries(
    Object.entries<AgentSetting<unknown>>(AGENT_SETTINGS).map(([name, setting]) => {
      const { value, place } = writtenFor(name as keyof AgentSettings, setting);
      const parsed = setting.schema.safeParse(value);
      if (!parsed.success)
        errors.push(
          `${place}: ${setting.key}: ${parsed.error.issues[0]?.message}; found ${JSON.stringify(value)}`,
        );
      return [name, parsed.data];
    }),
  ) as unknown as AgentSettings;
  const plugins = new Map<string, LocalPlugin>();
  for (const [name, written] of Object.entries(writtenPlugins)) {
    const where = `${placeOf('plugins')}: plugins.${name}`;
    const named = PluginName.safeParse(name);
    const plugin = LocalPlugin.safeParse(written ?? {});
    if (!named.success) errors.push(`${where}: ${named.error.issues[0]?.message}`);
    else if (plugin.success) plugins.set(name, plugin.data);
    else
      errors.push(
        ...plugin.error.issues.map(({ path, message }) => `${[where, ...path].join('.')}: ${message}`),
      );
  }
  return errors.length > 0 ? Result.err(errors) : Result.ok({ settings, plugins });

  function writtenFor(name: keyof AgentSettings, { key, initial }: AgentSetting<unknown>): Written {
    const word = words[name];
    if (word !== undefined) return { value: listed(word, initial), place: `--${key.replaceAll('_', '-')}` };
    const variable = `AEGIS_AGENT_${key.toUpperCase()}`;
    const said = env[variable];
    if (said !== undefined) return { value: listed(said, initial), place: variable };
    return top.has(key) ? { value: top.get(key), place: placeOf(key) } : { value: initial, place: 'default' };
  }
}

/** Lists have commas outside the file. */
function listed(text: string, initial: unknown): unknown {
  return Array.isArray(initial) ? text.split(',').flatMap((each) => each.trim() || []) : text;
}

interface ConfigFile {
  readonly top: ReadonlyMap<string, unknown>;
  readonly plugins: Readonly<Record<string, unknown>>;
  readonly placeOf: (key: string) => string;
}

function readConfigFile(named: string | undefined): Result<ConfigFile, readonly string[]> {
  const file = named ?? DEFAULT_FILE;
  let text: string;
  try {
    const bytes = readFileSync(file);
    if (bytes.length > LARGEST_FILE) return Result.err([`${file}: is larger than 1 MiB`]);
    text = bytes.toString();
  } catch (error) {
    if (named === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT')
      return Result.ok({ top: new Map(), plugins: {}, placeOf: () => 'default' });
    return Result.err([`${file}: cannot be read: ${(error as Error).message}`]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.2', schema: 'core' });
  if (document.errors.length > 0)
    return Result.err(
      document.errors.slice(0, 20).map(({ message }) => `${file}: ${message.split('\n')[0]}`),
    );
  const { contents } = document;
  if (contents === null) return Result.ok({ top: new Map(), plugins: {}, placeOf: () => file });
  if (!isMap(contents)) return Result.err([`${file}:1: expected keys, such as "server: https://…"`]);
  let plain: Record<string, unknown>;
  try {
    // No aliases: a small file must not become a large one.
    plain = document.toJS({ maxAliasCount: 0 }) as Record<string, unknown>;
  } catch {
    return Result.err([`${file}: aliases are not read here; write the value out`]);
  }
  const positions = new Map(
    contents.items.map(({ key }) => {
      const range = (key as { readonly range?: readonly number[] }).range;
      return [String(key), lines.linePos(range?.[0] ?? 0).line];
    }),
  );
  const { plugins = {} } = plain;
  if (typeof plugins !== 'object' || plugins === null || Array.isArray(plugins))
    return Result.err([
      `${file}:${positions.get('plugins')}: plugins: expected names with settings below them`,
    ]);
  return Result.ok({
    top: new Map(Object.entries(plain)),
    plugins: plugins as Record<string, unknown>,
    placeOf: (key) => `${file}:${positions.get(key) ?? 1}`,
  });
}
