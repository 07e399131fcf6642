/** Where a Redis is and how to get in. */
export interface RedisServerOptions {
  /** One server; of a Cluster any of its servers, the others are asked for; with Sentinel the sentinels. */
  readonly servers: readonly [RedisAddress, ...RedisAddress[]];
  readonly cluster?: boolean;
  readonly sentinel?: Sentinel;
  /** Of the access list; without one the password is the server's. */
  readonly username?: string;
  readonly password?: string;
  /** Default 0, the only one that a Cluster has. */
  readonly database?: number;
  readonly tls?: RedisTls;
  /** How long a connection may take, ms; default 5,000. */
  readonly connectTimeoutMs?: number;
  /** How long an answer may take, ms; default 5,000. Past it the connection counts as broken. */
  readonly commandTimeoutMs?: number;
}

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

export interface Sentinel {
  /** The name under which it watches the master. */
  readonly master: string;
  /** Of the sentinels themselves. */
  readonly password?: string;
}

/** PEM texts. */
export interface RedisTls {
  /** Default: the authorities that Node knows. */
  readonly ca?: string;
  /** Of this client, for servers that ask for one. */
  readonly cert?: string;
  readonly key?: string;
  /** The name the server's certificate must have; default its host. */
  readonly serverName?: string;
  /** Default true. Without it anybody in between can read and change everything. */
  readonly verify?: boolean;
}

const ANSWER_TIMEOUT_MS = 5_000;

export function answerTimeoutOf({ commandTimeoutMs = ANSWER_TIMEOUT_MS }: RedisServerOptions): number {
  return commandTimeoutMs;
}

export function addressText({ host, port }: RedisAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
