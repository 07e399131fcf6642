/** A server as one writes it: `redis-1:6379`, `[2001:db8::1]:6379`. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

const NAME = /^(?:([A-Za-z0-9._-]{1,253})|\[([0-9A-Fa-f:.]{2,45})\])(?::(\d{1,5}))?$/;

/** Undefined where the text is none. An IPv6 address needs brackets, with or without a port. */
export function parseServerAddress(text: string, defaultPort: number): ServerAddress | undefined {
  const [, name, ipv6, written] = NAME.exec(text) ?? [];
  const host = name ?? ipv6;
  const port = written === undefined ? defaultPort : Number(written);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}
