import type { PolicyDocument } from '@aegis/decide';
import type { Decision } from '@aegis/model';
import type { Decisions, Listed } from '../node/services.ts';
import { allDecisions } from './decision-export.ts';
import type { DecisionFeed, FeedItem } from './decision-feed.ts';
import { decisionDocument } from './documents/decision-document.ts';
import { isoTime } from './documents/values.ts';

export interface FollowOptions {
  readonly feed: DecisionFeed;
  readonly heartbeatMs: number;
  readonly signal: AbortSignal;
  /** The id of the last event that the follower has. */
  readonly lastEventId?: string | undefined;
  /** Leaves out what the policy in force withholds from enforcers; undefined: everything. */
  readonly enforces?: ((decision: Decision) => boolean) | undefined;
  /** What `ready` tells of the policy in force, so that the follower weighs as the node does. */
  readonly policy?: (() => PolicyDocument) | undefined;
  /** Begins with every decision in force, then the changes since. */
  readonly snapshot?:
    | { readonly decisions: Decisions; readonly listed: Listed; readonly inForceAt: number }
    | undefined;
}

/** Changes written together. */
const BURST = 256;

/**
 * Changes as server-sent events (WHATWG HTML section 9.2): `made`, `extended`, `lifted`; `ready` once, when a snapshot is
 * complete or from where changes will follow; `policy` when another one is in force; `resync` where some are no
 * longer kept, or where what is withheld may have changed with the policy, after which the stream ends: the
 * follower reads the list again. Comments are signs of life.
 */
export async function* decisionEvents(options: FollowOptions): AsyncGenerator<string> {
  const { feed, heartbeatMs, signal, lastEventId, snapshot, enforces, policy } = options;
  const resumed = lastEventId === undefined ? feed.last : sequenceOf(lastEventId, feed.epoch);
  // Flushes the headers, so that the follower knows at once that it is connected.
  yield ': aegis decisions\n\n';
  if (resumed === undefined || feed.after(resumed, 0) === undefined) {
    yield event('resync', undefined, {});
    return;
  }
  if (snapshot !== undefined && lastEventId === undefined)
    for await (const decision of everythingIn(snapshot)) {
      if (signal.aborted) return;
      if (enforces?.(decision) === false) continue;
      yield event('made', undefined, decisionDocument(decision));
    }
  yield event('ready', idOf(resumed, feed.epoch), policy === undefined ? {} : { policy: policy() });
  let sequence = resumed;
  while (!signal.aborted) {
    const items = feed.after(sequence, BURST);
    if (items === undefined) {
      yield event('resync', undefined, {});
      return;
    }
    sequence = items.at(-1)?.sequence ?? sequence;
    if (items.length > 0) {
      yield items.map((item) => eventOf(item, feed.epoch, enforces)).join('');
      if (enforces !== undefined && items.some(({ change }) => change.kind === 'policy')) {
        yield event('resync', undefined, {});
        return;
      }
    } else {
      await feed.waitBeyond(sequence, heartbeatMs, signal);
      if (feed.last === sequence && !signal.aborted) yield ': alive\n\n';
    }
  }
}

async function* everythingIn({
  decisions,
  listed,
  inForceAt,
}: NonNullable<FollowOptions['snapshot']>): AsyncGenerator<Decision> {
  yield* allDecisions(decisions, { inForceAt });
  for (const decision of listed.inForce()) if (decision.expires > inForceAt) yield decision;
}

/** Nothing of a decision that is withheld, but for its end: it may have been told of before. */
function eventOf({ sequence, change }: FeedItem, epoch: string, enforces: FollowOptions['enforces']): string {
  const id = idOf(sequence, epoch);
  if (change.kind === 'policy')
    return event('policy', id, { ...change.policy, at: isoTime(change.policy.at) });
  if (change.kind !== 'lifted' && enforces?.(change.decision) === false) return '';
  return event(change.kind, id, decisionDocument(change.decision));
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
