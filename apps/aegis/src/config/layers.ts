import type { Override } from './env-overrides.ts';
import type { Origin } from './origin.ts';
import { PRESETS, type PresetName } from './presets.ts';
import type { AnySection } from './setting.ts';
import { memberOf, pathText, settingsOf } from './setting-tree.ts';
import type { YamlFile } from './yaml-file.ts';

/** Values as written, by file key; without a prototype, since the file may name anything. */
export type WrittenTree = Record<string, unknown>;

export interface Layered {
  readonly tree: WrittenTree;
  /** By key path. */
  readonly origins: Map<string, Origin>;
}

export interface Layers {
  readonly preset: PresetName;
  readonly file?: { readonly name: string; readonly yaml: YamlFile };
  readonly overrides: readonly Override[];
}

/** Defaults, then the preset, then the file, then the environment: each hides what the one before said. */
export function layer(root: AnySection, { preset, file, overrides }: Layers): Layered {
  const tree: WrittenTree = Object.create(null);
  const origins = new Map<string, Origin>();
  for (const { path, setting } of settingsOf(root)) {
    const own = PRESETS[preset][pathText(path)];
    put(tree, path, own ?? setting.initial);
    origins.set(pathText(path), own === undefined ? { kind: 'default' } : { kind: 'preset', preset });
  }
  if (file !== undefined) overlay(root, tree, file.yaml.tree, [], { origins, ...file });
  for (const { path, value, variable } of overrides) {
    put(tree, path, value);
    origins.set(pathText(path), { kind: 'variable', variable });
  }
  return { tree, origins };
}

/** Puts a value at a path, making the sections on the way. Where the file has no section there, nothing. */
export function put(tree: WrittenTree, path: readonly string[], value: unknown): void {
  let at = tree;
  for (const key of path.slice(0, -1)) {
    at[key] ??= Object.create(null);
    const next = at[key];
    if (!isTree(next)) return;
    at = next;
  }
  at[path.at(-1) as string] = value;
}

export function isTree(value: unknown): value is WrittenTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface FileLayer {
  readonly origins: Map<string, Origin>;
  readonly name: string;
  readonly yaml: YamlFile;
}

function overlay(
  section: AnySection,
  tree: WrittenTree,
  written: Readonly<WrittenTree>,
  path: readonly string[],
  layer: FileLayer,
): void {
  for (const [key, value] of Object.entries(written)) {
    const member = memberOf(section, key);
    const inner = [...path, key];
    const under = tree[key];
    if (member?.is === 'section' && isTree(value) && isTree(under))
      overlay(member, under, value, inner, layer);
    // A section whose keys are all commented out is null: it says nothing.
    else if (member?.is !== 'section' || value !== null) {
      tree[key] = value;
      const position = layer.yaml.locate(inner, 'value');
      layer.origins.set(pathText(inner), { kind: 'file', file: layer.name, ...position });
    }
  }
}
