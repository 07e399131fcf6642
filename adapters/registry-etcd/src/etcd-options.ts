export interface EtcdOptions {
  /** `host:port` of members, one at least. The first is asked as long as it answers, then the next one. */
  readonly endpoints: readonly string[];
  /** Stands before every key, `aegis/`: several systems may share an etcd. May be empty. */
  readonly prefix: string;
  /** With a password, where etcd asks for one. */
  readonly user?: string;
  readonly password?: string;
  /** Absent: no TLS. */
  readonly tls?: EtcdTls;
  /**
   * How long a call may take over all endpoints, and a watch be without one, ms; default 10,000. etcd itself gives
   * a write up after 7 s: less leaves more of them unknown.
   */
  readonly timeoutMs?: number;
}

/** PEM. */
export interface EtcdTls {
  /** The authority of the members' certificates; default: those that Node knows. */
  readonly ca?: string;
  /** What this program shows of itself; with `key`. */
  readonly cert?: string;
  readonly key?: string;
  /** The name in the members' certificates, where it is not their host. */
  readonly serverName?: string;
}

export const TIMEOUT_MS = 10_000;
