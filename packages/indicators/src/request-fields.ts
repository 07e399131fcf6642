import type { CheckRequest, Scope } from '@aegis/model';

/** Where a request carries the value of each scope that is matched as a whole. */
export const REQUEST_FIELDS: readonly { readonly scope: Scope; readonly field: keyof CheckRequest }[] = [
  { scope: 'as', field: 'as' },
  { scope: 'as_name', field: 'asName' },
  { scope: 'country', field: 'country' },
  { scope: 'continent', field: 'continent' },
  { scope: 'hash', field: 'hash' },
  { scope: 'url', field: 'url' },
  { scope: 'user_agent', field: 'userAgent' },
  { scope: 'ja3', field: 'ja3' },
  { scope: 'ja4', field: 'ja4' },
  { scope: 'session', field: 'session' },
  { scope: 'user', field: 'user' },
];
