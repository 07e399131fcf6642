import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { AegisError } from '@aegis/model';
import type { StoredTrailNode, TrailNodeId } from '@aegis/ports';

const HASH_BYTES = 32;
/** Levels a tile covers. */
const HEIGHT = 8;
const WIDTH = 2 ** HEIGHT;
/** 256 + 128 + ... + 2. */
const NODES = 2 * WIDTH - 2;

interface Place {
  readonly height: number;
  readonly number: number;
  /** In bytes. */
  readonly offset: number;
}

/** Nodes of the tree in tiles; see the schema. Each method runs within the caller's transaction or read. */
export class Tiles {
  readonly #get: StatementSync;
  readonly #put: StatementSync;

  constructor(db: DatabaseSync) {
    this.#get = db.prepare('SELECT nodes FROM tile WHERE height = ? AND number = ?');
    this.#put = db.prepare('INSERT OR REPLACE INTO tile (height, number, nodes) VALUES (?, ?, ?)');
  }

  write(nodes: readonly StoredTrailNode[]): void {
    const touched = new Map<string, { readonly place: Place; readonly bytes: Uint8Array }>();
    for (const node of nodes) {
      const place = placeOf(node);
      const key = `${place.height}/${place.number}`;
      let tile = touched.get(key);
      if (tile === undefined) {
        const bytes = this.#read(place) ?? new Uint8Array(NODES * HASH_BYTES);
        tile = { place, bytes };
        touched.set(key, tile);
      }
      tile.bytes.set(node.hash, place.offset);
    }
    for (const { place, bytes } of touched.values()) this.#put.run(place.height, place.number, bytes);
  }

  read(ids: readonly TrailNodeId[]): readonly Uint8Array[] {
    const tiles = new Map<string, Uint8Array | undefined>();
    return ids.map((id) => {
      const place = placeOf(id);
      const key = `${place.height}/${place.number}`;
      if (!tiles.has(key)) tiles.set(key, this.#read(place));
      const hash = tiles.get(key)?.subarray(place.offset, place.offset + HASH_BYTES);
      if (hash?.length === HASH_BYTES && hash.some((byte) => byte !== 0)) return hash;
      throw new AegisError(
        'trail_damaged',
        `node ${id.index} of level ${id.level} is missing from the trail`,
      );
    });
  }

  #read({ height, number }: Place): Uint8Array | undefined {
    const row = this.#get.get(height, number) as { readonly nodes: Uint8Array } | undefined;
    return row?.nodes;
  }
}

function placeOf({ level, index }: TrailNodeId): Place {
  const height = Math.floor(level / HEIGHT);
  const within = level % HEIGHT;
  const width = WIDTH / 2 ** within;
  const before = 2 * WIDTH - 2 * width;
  return { height, number: Math.floor(index / width), offset: (before + (index % width)) * HASH_BYTES };
}
