import { type MeshAuthority, readAuthority } from '../../mesh/mesh-authority.ts';
import type { DataDir } from '../../node/data-dir.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';

/** The authority that lies in a data directory. Throws CommandError with the mend where none does. */
export function authorityOf(dir: DataDir): MeshAuthority {
  const authority = readAuthority(dir);
  if (authority !== undefined) return authority;
  throw new CommandError(EXIT_CODES.notFound, 'no_mesh', `no mesh was made in ${dir.root}`, [
    'make one with: aegis mesh init',
    'or run this where that was done: --data-dir names it',
  ]);
}
