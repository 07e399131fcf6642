import type { Written } from './setting.ts';

export const PRESET_NAMES = ['laptop', 'production'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/** What each preset says instead of the keys' own defaults, by key path, as written in the file. */
export const PRESETS: Readonly<Record<PresetName, Readonly<Record<string, Written>>>> = Object.freeze({
  laptop: {},
  production: {
    'log.format': 'json',
    'http.limits.connections': 16_384,
    'decoy.limits.connections': 2048,
    'decoy.sessions.open': 50_000,
    'pipeline.batch_size': 500,
    'pipeline.block_ms': 1000,
    'pipeline.max_backlog': 1_000_000,
    'archive.batch_write': true,
  },
});
