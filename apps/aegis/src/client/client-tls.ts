/** Whom a client believes over TLS, and what it shows of itself; as PEM. */
export interface ClientTls {
  /** Authorities besides those that Node knows. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The one certificate that the server must show, whatever its name: it was learned from the server itself. */
  readonly pinned?: string;
}
