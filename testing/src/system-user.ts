import { execFileSync } from 'node:child_process';

/** A user of this machine, as `spawn` takes one. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** For servers that refuse to run as root: the user `nobody`; undefined where the test itself is not root. */
export function ordinaryUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (what: '-u' | '-g'): number =>
    Number(execFileSync('id', [what, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}
