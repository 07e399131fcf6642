import type { Decisions } from '../node/services.ts';
import { allDecisions } from './decision-export.ts';
import type { DecisionFeed } from './decision-feed.ts';
import { decisionDocument } from './documents/decision-document.ts';

export interface FollowOptions {
  readonly feed: DecisionFeed;
  readonly heartbeatMs: number;
  readonly signal: AbortSignal;
  /** The id of the last event that the follower has. */
  readonly lastEventId?: string | undefined;
  /** Begins with every decision in force, then the changes since. */
  readonly snapshot?: { readonly decisions: Decisions; readonly inForceAt: number } | undefined;
}

/** Changes written together. */
const BURST = 256;

/**
 * Changes as server-sent events (WHATWG HTML section 9.2): `made`, `extended`, `lifted`; `ready` once, when a snapshot is
 * complete or from where changes will follow; `resync` where some are no longer kept, after which the stream
 * ends: the follower reads the list again. Comments are signs of life.
 */
export async function* decisionEvents(options: FollowOptions): AsyncGenerator<string> {
  const { feed, heartbeatMs, signal, lastEventId, snapshot } = options;
  const resumed = lastEventId === undefined ? feed.last : sequenceOf(lastEventId, feed.epoch);
  // Flushes the headers, so that the follower knows at once that it is connected.
  yield ': aegis decisions\n\n';
  if (resumed === undefined || feed.after(resumed, 0) === undefined) {
    yield event('resync', undefined, {});
    return;
  }
  if (snapshot !== undefined && lastEventId === undefined)
    for await (const decision of allDecisions(snapshot.decisions, { inForceAt: snapshot.inForceAt })) {
      if (signal.aborted) return;
      yield event('made', undefined, decisionDocument(decision));
    }
  yield event('ready', idOf(resumed, feed.epoch), {});
  let sequence = resumed;
  while (!signal.aborted) {
    const items = feed.after(sequence, BURST);
    if (items === undefined) {
      yield event('resync', undefined, {});
      return;
    }
    sequence = items.at(-1)?.sequence ?? sequence;
    if (items.length > 0)
      yield items
        .map((item) =>
          event(item.change.kind, idOf(item.sequence, feed.epoch), decisionDocument(item.change.decision)),
        )
        .join('');
    else {
      await feed.waitBeyond(sequence, heartbeatMs, signal);
      if (feed.last === sequence && !signal.aborted) yield ': alive\n\n';
    }
  }
}

/** JSON has no raw line break, so that the data is always one line. */
function event(kind: string, id: string | undefined, data: unknown): string {
  return `event: ${kind}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}

function idOf(sequence: number, epoch: string): string {
  return `${epoch}:${sequence}`;
}

/** `undefined` where the id is of another process, or none of ours. */
function sequenceOf(id: string, epoch: string): number | undefined {
  const digits = id.startsWith(`${epoch}:`) ? id.slice(epoch.length + 1) : '';
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}
