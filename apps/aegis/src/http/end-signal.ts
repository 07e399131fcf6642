import type { ServerResponse } from 'node:http';

/** Aborted when the one who is answered is gone, or the server begins to close. */
export function endSignal(closing: AbortSignal, response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  if (response.closed) gone.abort();
  else response.once('close', () => gone.abort());
  return AbortSignal.any([closing, gone.signal]);
}
