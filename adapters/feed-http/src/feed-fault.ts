/** Why a feed could not be fetched, in words for its operator. The feed itself stays as it was. */
export interface FeedFault {
  readonly kind: 'unreachable' | 'refused' | 'too_large' | 'too_slow' | 'broken';
  readonly message: string;
  /** How long its server asks to be left alone, ms. */
  readonly retryAfterMs?: number;
}

/** Thrown within this adapter only; each entrance turns it into a value. */
export class FeedFailure extends Error {
  readonly fault: FeedFault;

  constructor(kind: FeedFault['kind'], message: string, retryAfterMs?: number) {
    super(message);
    this.fault = { kind, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
}

/** The reason behind what `fetch`, zlib or the file system threw. */
export function faultOf(error: unknown): FeedFault {
  if (error instanceof FeedFailure) return error.fault;
  let cause = error;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (/^(?:Z_|ERR_|UND_ERR_SOCKET|HPE_)/.test(code) || /terminated|aborted|closed/.test(message))
    return { kind: 'broken', message: `the answer broke off: ${message || code}` };
  return { kind: 'unreachable', message: message || code };
}
