/** What a feed's operator set, and how far it may go. */
export interface FeedRequest {
  /** `https://…`, `http://…`, `file:///…` or the name of a file. */
  readonly url: string;
  /** The value of the `Authorization` header. */
  readonly authorization?: string;
  /** Of all that is fetched, unpacked. */
  readonly maxBytes: number;
  /** For the whole of it, and a quarter of it without a byte. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What tells one state of a resource from another (RFC 9110 section 8.8). */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}
