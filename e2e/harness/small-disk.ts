/** A mount namespace of its own: root's, or a user's where the system allows that. */
const UNSHARE = process.getuid?.() === 0 ? ['unshare', '--mount'] : ['unshare', '--map-root-user', '--mount'];

/** The command line that runs another one with a disk of its own, of so many MB, at `folder`. */
export function onSmallDisk(folder: string, megabytes: number): readonly string[] {
  const script = `mount -t tmpfs -o size=${megabytes}m tmpfs "$0" && exec "$@"`;
  return [...UNSHARE, 'sh', '-c', script, folder];
}
