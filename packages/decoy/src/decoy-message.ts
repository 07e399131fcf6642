/** One request as the site sees it. All of it is written by the client, except `token`. */
export interface DecoyRequest {
  readonly method: string;
  /** Path and query as sent, still encoded. */
  readonly target: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning of the body, or empty. */
  readonly body: string;
  /** Hexadecimal, fresh for each request: the session cookie, should the site hand one out. */
  readonly token: string;
}

export interface DecoyResponse {
  readonly status: number;
  /** Without those of the connection (Date, Content-Length, Connection). */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** The credentials the client tried; they never fit. */
  readonly login?: LoginAttempt;
}

export interface LoginAttempt {
  readonly username: string;
  readonly password: string;
}
