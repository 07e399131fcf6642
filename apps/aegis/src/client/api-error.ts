import { AegisError } from '@aegis/model';

/** What one part of a request was refused for. */
export interface ApiMistake {
  readonly where: string;
  readonly message: string;
}

/**
 * A request that was not answered as asked. `code` is the stable name of the problem, or `unreachable` (no
 * answer came) or `bad_answer` (it is not one of this API). The message is for people.
 */
export class ApiError extends AegisError {
  /** Of HTTP; 0 where there was no answer. */
  readonly status: number;
  readonly errors: readonly ApiMistake[];
  /** The server's id of the request, found in its log. */
  readonly requestId: string | undefined;
  /** How long the server asks to wait, ms. */
  readonly retryAfterMs: number | undefined;

  constructor(code: string, message: string, about: ApiErrorDetail = {}) {
    super(code, message, { cause: about.cause });
    this.name = 'ApiError';
    this.status = about.status ?? 0;
    this.errors = about.errors ?? [];
    this.requestId = about.requestId;
    this.retryAfterMs = about.retryAfterMs;
  }
}

export interface ApiErrorDetail {
  readonly status?: number;
  readonly errors?: readonly ApiMistake[];
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}
