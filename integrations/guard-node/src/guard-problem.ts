import type { GuardVerdict } from '@aegis/guard';

export interface GuardProblem {
  readonly status: number;
  /** `application/problem+json` (RFC 9457). */
  readonly body: Readonly<Record<string, unknown>>;
}

const QUOTA_EXCEEDED = 'https://iana.org/assignments/http-problem-types#quota-exceeded';

/** The answer to a call that is refused. It says what the client may know: when to come again, never why it is banned. */
export function guardProblem({ limitedBy, state }: GuardVerdict): GuardProblem {
  if (limitedBy === 'state' || limitedBy === 'ip_ban' || limitedBy === 'decision') {
    return {
      status: 403,
      body: {
        type: 'urn:aegis:problem:refused',
        title: 'Forbidden',
        status: 403,
        detail:
          limitedBy === 'state' && state === 'write_disabled'
            ? 'You may read and not write for a while.'
            : 'You are refused for a while.',
      },
    };
  }
  return {
    status: 429,
    body: {
      type: QUOTA_EXCEEDED,
      title: 'Request cannot be satisfied as assigned quota has been exceeded',
      status: 429,
      detail: 'Too much at once. Retry-After says when there is room again.',
      'violated-policies': limitedBy === undefined ? [] : [limitedBy],
    },
  };
}
