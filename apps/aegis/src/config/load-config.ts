import { Result } from '@aegis/model';
import { explainIssues, type Unplaced, withoutIssues } from './check-values.ts';
import { CONFIG, type Config } from './config.ts';
import type { ConfigError } from './config-error.ts';
import { CROSS_CHECKS, configWarnings } from './cross-checks.ts';
import { type Overrides, readOverrides } from './env-overrides.ts';
import { type ConfigSearch, findConfigFile } from './find-config-file.ts';
import { type Layered, layer, put, type WrittenTree } from './layers.ts';
import { nodeIdOf } from './node-id.ts';
import type { Origin } from './origin.ts';
import { PRESET_NAMES, type PresetName } from './presets.ts';
import { pathText, schemaOf } from './setting-tree.ts';
import { readYamlFile, type YamlFile } from './yaml-file.ts';

export interface ConfigInputs extends ConfigSearch {
  /** For the node id where none is set. */
  readonly hostname: string;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Every value in force, as one would write it. */
  readonly written: Readonly<WrittenTree>;
  /** Where each value came from, by key path such as `http.limits.body`. */
  readonly sources: ReadonlyMap<string, Origin>;
  readonly warnings: readonly string[];
  /** The file that was read. */
  readonly file?: string;
}

const schema = schemaOf(CONFIG);

/** The config in force, or everything that is wrong with it. Pure over its inputs. */
export function loadConfig(inputs: ConfigInputs): Result<LoadedConfig, readonly ConfigError[]> {
  const errors: ConfigError[] = [];
  const file = readConfigFile(inputs, errors);
  const overrides = readOverrides(CONFIG, inputs.env);
  const layered = layer(CONFIG, {
    preset: presetOf(file?.yaml, overrides),
    ...(file === undefined ? {} : { file }),
    overrides: overrides.overrides,
  });
  const config = check(layered, file?.yaml, errors);
  if (config === undefined || errors.length > 0) return Result.err(errors.toSorted(byPlace));
  const named = withNodeId(config, layered, inputs.hostname);
  return Result.ok({
    config: named,
    written: layered.tree,
    sources: layered.origins,
    warnings: [...overrides.warnings, ...configWarnings(named)],
    ...(file === undefined ? {} : { file: file.name }),
  });
}

interface ConfigFile {
  readonly name: string;
  readonly yaml: YamlFile;
}

function readConfigFile(inputs: ConfigInputs, errors: ConfigError[]): ConfigFile | undefined {
  const found = findConfigFile(inputs);
  if (!found.ok) errors.push(found.error);
  if (!found.ok || found.value === undefined) return undefined;
  const { name, bytes } = found.value;
  const yaml = readYamlFile(name, bytes);
  if (yaml.ok) return { name, yaml: yaml.value };
  errors.push(...yaml.error);
  return undefined;
}

/** A preset of another name counts as the default here; the schema refuses it later. */
function presetOf(yaml: YamlFile | undefined, { overrides }: Overrides): PresetName {
  const wanted = overrides.find(({ path }) => path[0] === 'preset')?.value ?? yaml?.tree.preset;
  return PRESET_NAMES.find((name) => name === wanted) ?? 'laptop';
}

function check(
  { tree, origins }: Layered,
  yaml: YamlFile | undefined,
  errors: ConfigError[],
): Config | undefined {
  const place = (each: Unplaced): ConfigError => placed(each, origins, yaml);
  const parsed = schema.safeParse(tree);
  const wrong = parsed.success ? [] : explainIssues(CONFIG, tree, parsed.error.issues);
  errors.push(...wrong.map(place));
  // What keys say together is checked even where others are wrong, so that all is told at once.
  const sound = parsed.success ? parsed : schema.safeParse(withoutIssues(CONFIG, tree, wrong));
  if (!sound.success) return undefined;
  const wrongKeys = new Set(
    wrong.map(({ path }) => pathText(path.filter((part) => typeof part === 'string'))),
  );
  for (const { keys, conflict } of CROSS_CHECKS) {
    const message = keys.some((key) => wrongKeys.has(key)) ? undefined : conflict(sound.data);
    if (message !== undefined) errors.push(place({ kind: 'conflict', path: keys[0].split('.'), message }));
  }
  return sound.data;
}

function placed(
  { kind, path, message }: Unplaced,
  origins: ReadonlyMap<string, Origin>,
  yaml: YamlFile | undefined,
): ConfigError {
  const key = pathText(path);
  const ancestors = path.map((_, index) => pathText(path.slice(0, path.length - index)));
  const origin = ancestors.map((each) => origins.get(each)).find((each) => each !== undefined);
  if (origin === undefined) return { kind, key, message };
  if (origin.kind !== 'file' || yaml === undefined) return { kind, key, message, origin };
  const position = yaml.locate(path, kind === 'unknown_key' ? 'key' : 'value');
  return { kind, key, message, origin: { ...origin, ...position } };
}

/** In the order of the file's lines, then what is elsewhere as it was found. */
function byPlace({ origin: a }: ConfigError, { origin: b }: ConfigError): number {
  if (a?.kind !== 'file' || b?.kind !== 'file')
    return Number(b?.kind === 'file') - Number(a?.kind === 'file');
  return a.line - b.line || a.column - b.column;
}

function withNodeId(config: Config, { tree, origins }: Layered, hostname: string): Config {
  if (config.node.id !== 'auto') return config;
  const id = nodeIdOf(hostname);
  put(tree, ['node', 'id'], id);
  origins.set('node.id', { kind: 'derived', from: 'the host name' });
  return { ...config, node: { ...config.node, id } };
}
