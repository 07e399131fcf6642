import { STATUS_CODES } from 'node:http';
import { AegisError } from '@aegis/model';

/** What is wrong with one part of a request: `query.limit`, `body.items[3].value`, `line 12`. */
export interface Mistake {
  readonly where: string;
  readonly message: string;
}

/** An answer that says why there is no other (RFC 9457). `type` and `instance` are added when it is sent. */
export interface Problem {
  readonly status: number;
  /** Stable, snake_case: the last part of `type`. */
  readonly code: string;
  /** For the person who reads it: what happened and, where known, the mend. Never a secret. */
  readonly detail: string;
  readonly errors?: readonly Mistake[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members, snake_case (RFC 9457 section 3.2). */
  readonly more?: Readonly<Record<string, unknown>>;
}

export const PROBLEM_TYPE = 'application/problem+json';

/** The body that is sent. */
export function problemBody(problem: Problem, requestId: string): Record<string, unknown> {
  return {
    type: `urn:aegis:problem:${problem.code}`,
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.detail,
    instance: `urn:aegis:request:${requestId}`,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
    ...problem.more,
  };
}

export function badRequest(detail: string, errors?: readonly Mistake[]): Problem {
  return { status: 400, code: 'bad_request', detail, ...(errors === undefined ? {} : { errors }) };
}

export function notFound(detail: string): Problem {
  return { status: 404, code: 'not_found', detail };
}

/** When to try again, s: a full intake makes room all the time, what is away takes longer. */
const RETRY_AFTER = { intake_full: '1', otherwise: '5' } as const;

/** Faults that a client may do something about; every other one is a 500 that says nothing. */
const STATUS_OF_FAULT: Readonly<Record<string, number>> = Object.freeze({
  bad_cursor: 400,
  bad_query: 400,
  intake_full: 503,
  disk_full: 503,
  stream_store_full: 503,
  stream_unavailable: 503,
  archive_full: 503,
  archive_unavailable: 503,
  ledger_unavailable: 503,
  registry_unavailable: 503,
  memory_unavailable: 503,
  bus_unavailable: 503,
  guard_store_unavailable: 503,
  hunt_unavailable: 503,
  enforcer_unavailable: 503,
});

const DISK_FULL = 'The disk of this node is full. It goes on by itself once there is room; try again later.';

const DETAIL_OF_FAULT: Readonly<Record<string, string>> = Object.freeze({
  bad_cursor: 'The cursor is not one that this list gave out; start again without it.',
  bad_query: 'The list cannot be asked like this: the limit, cursor or peer is none.',
  intake_full: 'The backlog of sessions is full; send them again later.',
  disk_full: DISK_FULL,
  stream_store_full: 'The Redis that keeps the sessions has no memory or disk left; send them again later.',
  archive_full: DISK_FULL,
});

/** Faults of the web framework, by its own codes. */
const PROBLEM_OF_FRAMEWORK: Readonly<Record<string, Problem>> = Object.freeze({
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, code: 'too_large', detail: 'The body is too large.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'unsupported_media_type',
    detail: 'The content type of the body is not one that this API takes.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: badRequest('The body is not as long as its Content-Length says.'),
  FST_ERR_BAD_URL: badRequest('The path is not a valid URL path.'),
  ECONNRESET: badRequest('The connection ended before the request did.'),
});

/** The one place where a fault becomes an answer. `undefined`: unforeseen, to be logged and answered with 500. */
export function problemOfFault(fault: unknown): Problem | undefined {
  if (fault instanceof AegisError) {
    const status = STATUS_OF_FAULT[fault.code];
    if (status === undefined) return undefined;
    const detail = DETAIL_OF_FAULT[fault.code] ?? 'A part of this node cannot be reached; try again later.';
    const retryAfter = fault.code === 'intake_full' ? RETRY_AFTER.intake_full : RETRY_AFTER.otherwise;
    return {
      status,
      code: fault.code,
      detail,
      ...(status === 503 ? { headers: { 'retry-after': retryAfter } } : {}),
    };
  }
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : '';
  return Object.hasOwn(PROBLEM_OF_FRAMEWORK, code) ? PROBLEM_OF_FRAMEWORK[code] : undefined;
}

export const UNFORESEEN: Problem = Object.freeze({
  status: 500,
  code: 'internal',
  detail: 'Something went wrong here. The log has more under the id of this request.',
});
