import type { SessionInput } from '@aegis/model';
import type { RunningAegis } from './aegis-process.ts';

export interface PushAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly accepted: number;
  readonly rejected: readonly { readonly line: number; readonly message: string }[];
  readonly rejected_count: number;
}

/** Hands sessions in as a sensor does. Rejects where the node is gone. */
export function pushSessions(node: RunningAegis, sessions: readonly SessionInput[]): Promise<PushAnswer> {
  return pushLines(node, sessions.map((session) => `${JSON.stringify(session)}\n`).join(''));
}

/** The same with whatever text or bytes. */
export async function pushLines(
  node: RunningAegis,
  body: NonNullable<RequestInit['body']>,
): Promise<PushAnswer> {
  const headers = { 'content-type': 'application/x-ndjson' };
  const response = await node.fetch('/v1/sessions', { method: 'POST', headers, body });
  const answer = (await response.json()) as Omit<PushAnswer, 'status' | 'retryAfter'>;
  return { ...answer, status: response.status, retryAfter: response.headers.get('retry-after') };
}
