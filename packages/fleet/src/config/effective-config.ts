import { createHash } from 'node:crypto';
import type { ConfigBody, ConfigVersion } from './config-version.ts';
import { FleetTarget, inShare, type TargetedAgent } from './fleet-target.ts';

/** What one agent is to have. */
export interface EffectiveConfig {
  /** JSON, members in the order of their names: the same config is the same text on every server. */
  readonly text: string;
  /** SHA-256 of the text. */
  readonly hash: Uint8Array;
  /** Where it comes from: `all@3`, `group:web@7`. */
  readonly from: readonly string[];
}

/** The newest versions of a target, newest first: as many as there may be whose share is not all. */
export type VersionsOf = (target: FleetTarget) => readonly ConfigVersion[];

/**
 * Merges the versions that hold for an agent, the widest target first. Of a target an agent has the newest version
 * whose share it is in. Undefined where nothing is said for it.
 */
export function effectiveConfig(agent: TargetedAgent, versionsOf: VersionsOf): EffectiveConfig | undefined {
  const held = FleetTarget.of(agent).flatMap((target) => {
    const version = versionsOf(target).find((each) =>
      inShare(agent.id, `${each.target}@${each.version}`, each.share),
    );
    return version === undefined ? [] : [version];
  });
  if (held.length === 0) return undefined;
  const body = held.reduce<ConfigBody>((merged, version) => mergedWith(merged, version.body), {});
  const text = JSON.stringify(sorted(body));
  return {
    text,
    hash: createHash('sha256').update(text).digest(),
    from: held.map(({ target, version }) => `${target}@${version}`),
  };
}

/** RFC 7396: objects member by member, null takes away. */
export function mergedWith(base: ConfigBody, patch: ConfigBody): ConfigBody {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else if (isObject(value)) {
      const before = merged.get(key);
      merged.set(key, mergedWith(isObject(before) ? before : {}, value));
    } else merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, sorted(member)]));
}

function isObject(value: unknown): value is ConfigBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
