import { type Decision, serverSentEvents } from '@aegis/model';
import type { DecisionDocument } from '../http/documents/decision-document.ts';

import type { Transport } from './transport.ts';

export interface FollowAsk {
  /** Go on after this event; without it the decisions in force come first. */
  readonly after?: string | undefined;
  readonly signal: AbortSignal;
  /** Called with every sign of life; the node gives one every few seconds. */
  readonly onLife?: () => void;
}

/** `id` is where to go on after it; the decisions of the beginning have none. */
export type FollowedEvent =
  | { readonly kind: 'made' | 'extended' | 'lifted'; readonly decision: Decision; readonly id: string }
  /** All that was in force is told; changes follow. */
  | { readonly kind: 'ready'; readonly id: string }
  /** Changes were missed: begin anew, without `after`. The stream ends. */
  | { readonly kind: 'resync' };

const CHANGES: readonly string[] = ['made', 'extended', 'lifted'];

/** Decisions of a node as they take effect. Ends when the connection does; throws ApiError where there is none. */
export async function* followDecisions(
  transport: Transport,
  { after, signal, onLife = () => {} }: FollowAsk,
): AsyncGenerator<FollowedEvent> {
  const chunks = await transport.stream({
    path: '/v1/decisions/stream',
    query: { snapshot: true },
    headers: after === undefined ? {} : { 'last-event-id': after },
    signal,
  });
  for await (const { type, id, data } of serverSentEvents(chunks, onLife)) {
    if (type === 'ready') yield { kind: 'ready', id };
    else if (type === 'resync') yield { kind: 'resync' };
    else if (isChange(type))
      yield { kind: type, id, decision: decisionOf(JSON.parse(data) as DecisionDocument) };
  }
}

function isChange(type: string): type is 'made' | 'extended' | 'lifted' {
  return CHANGES.includes(type);
}

function decisionOf({ session, created, expires, ...rest }: DecisionDocument): Decision {
  return {
    ...rest,
    created: Date.parse(created),
    expires: Date.parse(expires),
    ...(session === undefined ? {} : { session }),
  };
}
