import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Result } from '@aegis/model';
import type { ApiKeyInfo, ApiKeys } from '../auth/api-keys.ts';
import type { SignIn, SignIns } from '../auth/sign-ins.ts';
import type { Problem } from './problem.ts';
import type { SignInCookie } from './sign-in-cookie.ts';

/** What a request over HTTP may do with a cookie. */
export interface BrowserRequest {
  /** Neither GET nor HEAD. */
  readonly unsafe: boolean;
  /** By TLS, as far as the browser. */
  readonly secure: boolean;
}

/** Somebody who is signed in. */
export interface SignedIn {
  readonly key: ApiKeyInfo;
  readonly signIn: SignIn;
  readonly token: string;
  /** `Set-Cookie`, where the token is replaced. */
  readonly setCookie?: string;
}

export interface CookieRefusal {
  readonly problem: Problem;
  /** Whose cookie was ridden on; absent where it is nobody's. */
  readonly key?: ApiKeyInfo;
}

export interface SignInGateOptions {
  readonly keys: Pick<ApiKeys, 'get'>;
  readonly signIns: SignIns;
  readonly cookie: SignInCookie;
}

/** Another header than that of forms and images: nobody but a script of this origin sends it. */
export const CSRF_HEADER = 'x-aegis-csrf';

/** Knows browsers by their cookie, and sees to it that no other site rides on one. */
export class SignInGate {
  readonly #options: SignInGateOptions;

  constructor(options: SignInGateOptions) {
    this.#options = options;
  }

  /** Undefined where there is no cookie. Throws AegisError `registry_unavailable`. */
  recognise(
    headers: IncomingHttpHeaders,
    { unsafe, secure }: BrowserRequest,
  ): Result<SignedIn, CookieRefusal> | undefined {
    const { keys, signIns, cookie } = this.#options;
    const token = cookie.read(headers.cookie, secure);
    if (token === undefined) return undefined;
    const used = signIns.use(token);
    const key = used === undefined ? undefined : keys.get(used.signIn.keyId);
    if (used === undefined || key === undefined) {
      signIns.close(token);
      const gone = { 'set-cookie': cookie.write('', secure), 'www-authenticate': 'Bearer realm="aegis"' };
      const detail = 'You are signed out: it was too long ago, or the key was revoked. Sign in again.';
      return Result.err({ problem: { status: 401, code: 'unauthenticated', detail, headers: gone } });
    }
    const { signIn, next } = used;
    if (isRidden(headers, unsafe, signIn.csrf)) {
      const detail = `Refused: with a cookie, this takes the header ${CSRF_HEADER} from a page of this node itself.`;
      return Result.err({ problem: { status: 403, code: 'cross_site', detail }, key });
    }
    const renewed = next === undefined ? {} : { setCookie: cookie.write(next, secure) };
    return Result.ok({ key, signIn, token: next ?? token, ...renewed });
  }
}

/** Whether another site has the browser ask: by what it says of itself (Fetch Metadata), and by what only our page knows. */
function isRidden(headers: IncomingHttpHeaders, unsafe: boolean, csrf: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && (unsafe || site !== 'none')) return true;
  if (!unsafe) return false;
  const given = Buffer.from(String(headers[CSRF_HEADER] ?? ''));
  const right = Buffer.from(csrf);
  return given.length !== right.length || !timingSafeEqual(given, right);
}
