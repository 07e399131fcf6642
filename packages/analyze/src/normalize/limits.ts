/**
 * How much of each field is kept. Attackers write what sensors send, so every field has a bound; lengths are in
 * UTF-16 units. What is longer is cut, what is more is sampled or dropped; only `id` is refused instead, since
 * two cut ids could be one. A normalized session is thus never much larger than the message it came in.
 */
export const LIMITS: {
  readonly id: number;
  readonly userAgent: number;
  readonly sensor: number;
  readonly sensorId: number;
  readonly method: number;
  readonly target: number;
  readonly headers: number;
  readonly headerName: number;
  readonly headerValue: number;
  readonly cookies: number;
  readonly cookieName: number;
  readonly cookieValue: number;
  readonly body: number;
  readonly username: number;
  readonly password: number;
  readonly command: number;
  readonly url: number;
  readonly owners: number;
  readonly ownerName: number;
  /** Observations kept from the beginning of a session, in time order. */
  readonly firstObservations: number;
  /** Observations kept from the rest, the oddest ones. */
  readonly oddObservations: number;
  /** The highest count that is believed. */
  readonly count: number;
} = Object.freeze({
  id: 128,
  userAgent: 1024,
  sensor: 64,
  sensorId: 128,
  method: 32,
  target: 8192,
  headers: 64,
  headerName: 128,
  headerValue: 4096,
  cookies: 64,
  cookieName: 256,
  cookieValue: 4096,
  body: 16_384,
  username: 256,
  password: 256,
  command: 8192,
  url: 2048,
  owners: 16,
  ownerName: 64,
  firstObservations: 160,
  oddObservations: 96,
  count: 1_000_000_000,
});
