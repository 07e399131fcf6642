import type { Timestamp } from '@aegis/model';

/** A key that all members have: what is sealed with it comes from one of them, and nobody else reads it. */
export interface MeshKey {
  /** 1 to 16 letters and digits. */
  readonly id: string;
  /** 32 bytes, for AES-256-GCM. */
  readonly secret: Uint8Array;
  /**
   * From then on it seals, by the clock of the mesh. A new key is given out before that, so that by the time it seals
   * every node opens with it.
   */
  readonly from: Timestamp;
}

/** Any of them opens. */
export type MeshKeys = readonly [MeshKey, ...MeshKey[]];

export const MESH_KEY_ID: RegExp = /^[a-z0-9]{1,16}$/;

/** The one that seals at that time: the youngest whose time has come, the oldest where none's has. */
export function sealingKey(keys: MeshKeys, at: Timestamp): MeshKey {
  const byAge = [...keys].sort((a, b) => a.from - b.from);
  return byAge.findLast(({ from }) => from <= at) ?? keys[0];
}
