import { type ServerSentEvent, serverSentEvents } from '@aegis/model/server-sent-events';
import type { Api } from '../api/client.ts';
import type { Decision } from '../api/documents.ts';
import { piecesOf } from '../api/pieces-of.ts';

/** The node gives a sign of life every 15 s; after this long without any, the connection is taken for dead. */
const SILENCE_MS = 45_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

export type ChangeKind = 'made' | 'extended' | 'lifted';

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** Reads the list; every change since is told after it is done. */
  readonly onReady: () => Promise<void>;
  readonly onChange: (kind: ChangeKind, decision: Decision) => void;
  readonly onLost: () => void;
}

/** Follows the changes of decisions until `signal`; connects again, ever more slowly, when the connection is lost. */
export async function followDecisions(api: Api, options: FollowOptions): Promise<void> {
  const { signal, onReady, onChange, onLost } = options;
  let waitMs = FIRST_WAIT_MS;
  while (!signal.aborted) {
    try {
      for await (const { type, data } of decisionEvents(api, signal)) {
        if (type === 'resync') break;
        if (type === 'ready') {
          await onReady();
          waitMs = FIRST_WAIT_MS;
        } else if (type === 'made' || type === 'extended' || type === 'lifted')
          onChange(type, JSON.parse(data) as Decision);
      }
    } catch {
      // Whatever was wrong, the mend is the same; requests of the page tell the reader about a node that is away.
    }
    if (signal.aborted) return;
    onLost();
    await pause(waitMs, signal);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }
}

async function* decisionEvents(api: Api, signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const { data: body } = await api.GET('/v1/decisions/stream', {
      parseAs: 'stream',
      headers: { accept: 'text/event-stream' },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!body) return;
    yield* serverSentEvents(piecesOf(body), () => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
    });
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
