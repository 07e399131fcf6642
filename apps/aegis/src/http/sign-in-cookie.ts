import { createHash } from 'node:crypto';

/** How a browser keeps its token: RFC 6265bis. */
export interface SignInCookie {
  /** The token that a `Cookie` header brings; undefined where it has none of this node. */
  readonly read: (header: string | undefined, secure: boolean) => string | undefined;
  /** The `Set-Cookie` header that hands a token out; empty takes it away. */
  readonly write: (token: string, secure: boolean) => string;
}

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/**
 * The cookie of a node. Browsers share cookies between the ports of a host, so that its name is the node's own; over
 * TLS it has the prefix with which nobody but this very host can have set it.
 */
export function signInCookie(node: string): SignInCookie {
  const own = `aegis-${createHash('sha256').update(node).digest('hex').slice(0, 8)}`;
  const nameOf = (secure: boolean): string => (secure ? `__Host-${own}` : own);
  return {
    read(header = '', secure) {
      const start = `${nameOf(secure)}=`;
      const found = header
        .split(';')
        .map((each) => each.trim())
        .find((each) => each.startsWith(start))
        ?.slice(start.length);
      return found !== undefined && TOKEN.test(found) ? found : undefined;
    },
    write(token, secure) {
      const over = token === '' ? '; Max-Age=0' : '';
      return `${nameOf(secure)}=${token}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}${over}`;
    },
  };
}
