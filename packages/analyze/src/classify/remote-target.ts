/** The parts of an absolute address that attackers play with. Found by hand: `URL` refuses half of them. */
export interface RemoteTarget {
  /** Lower case, with the colon: `http:`; empty where the address starts with `//`. */
  readonly scheme: string;
  /** Lower case; without user, port and brackets. */
  readonly host: string;
  /** What stood in front of an `@` before the host; undefined where there is none. */
  readonly user?: string;
  /** Path, query and fragment. */
  readonly rest: string;
  /** Slashes and backslashes between scheme and host. */
  readonly slashes: string;
}

/** Reads a value that as a whole is an address of another host, undefined where it is none. */
export function remoteTarget(value: string): RemoteTarget | undefined {
  const parts = /^[\s\0"'=]{0,8}([a-z][a-z0-9+.-]{1,14}:)?([/\\]{1,16})([^/\\?#\s]{1,300})(.*)$/is.exec(
    value.slice(0, 4_096).replace(/['"\s]{1,8}$/, ''),
  );
  if (parts === null) return undefined;
  const [, scheme = '', slashes = '', authority = '', rest = ''] = parts;
  if (scheme === '' && slashes.length < 2) return undefined;
  const at = authority.lastIndexOf('@');
  const hostPort = authority.slice(at + 1).toLowerCase();
  const host = hostPort.startsWith('[')
    ? hostPort.slice(1, hostPort.indexOf(']') < 0 ? undefined : hostPort.indexOf(']'))
    : hostPort.replace(/:.*$/s, '');
  return {
    scheme: scheme.toLowerCase(),
    host,
    ...(at < 0 ? {} : { user: authority.slice(0, at) }),
    rest,
    slashes,
  };
}
