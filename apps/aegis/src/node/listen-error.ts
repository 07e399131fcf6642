import { AegisError } from '@aegis/model';

/** Where a server was to listen, in the words of the config. */
export interface ListenPlace {
  /** `API`, `decoy`. */
  readonly server: string;
  readonly host: string;
  readonly port: number;
  /** The section of the config that names host and port. */
  readonly section: string;
}

/** What keeps a server from listening, with the mend; any other failure as it is. */
export function listenError(error: unknown, place: ListenPlace): unknown {
  const { server, host, port, section } = place;
  const where = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const mend = MENDS[systemCode(error) ?? ''];
  if (mend === undefined) return error;
  const [code, why] = mend(section);
  return new AegisError(code, `the ${server} cannot listen on ${where}: ${why}`, { cause: error });
}

const MENDS: Readonly<Record<string, (section: string) => readonly [code: string, why: string]>> = {
  EADDRINUSE: (section) => [
    'port_in_use',
    `another program listens there; stop it, or set ${section}.port to another one (0 takes a free one)`,
  ],
  EACCES: (section) => [
    'port_forbidden',
    `this user may not; set ${section}.port to 1024 or above, or give the program CAP_NET_BIND_SERVICE`,
  ],
  EADDRNOTAVAIL: (section) => [
    'bad_listen_address',
    `this machine has no such address; set ${section}.host to one it has`,
  ],
};

/** The system's name for a failure, which may lie under the words of others. */
function systemCode(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== undefined && /^E[A-Z]+$/.test(code)) return code;
  }
  return undefined;
}
