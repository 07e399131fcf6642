export { createDryRunNft } from './dry-run.ts';
export { createLibNftables } from './libnftables.ts';
export type { Nft } from './nft.ts';
export { createNftablesEnforcer, type NftablesOptions } from './nftables-enforcer.ts';
export { openNft } from './open-nft.ts';
export { createSpawnedNft } from './spawned-nft.ts';
