import { createLibNftables } from './libnftables.ts';
import type { Nft } from './nft.ts';
import { createSpawnedNft } from './spawned-nft.ts';

/** The library where it is installed, the program otherwise. */
export function openNft(): Nft {
  try {
    return createLibNftables();
  } catch {
    return createSpawnedNft();
  }
}
