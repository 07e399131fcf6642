import type { SessionRecord, Timestamp } from '@aegis/model';
import type { ApiClient } from '../client/index.ts';
import { TimeOrder } from './time-order.ts';
import { type TrafficItem, trafficOf } from './traffic-item.ts';

export interface RecordedTrafficOptions {
  readonly client: Pick<ApiClient, 'listSessions' | 'days'>;
  /** Of the sessions' beginnings: from the first moment to before the second. */
  readonly from?: Timestamp;
  readonly to?: Timestamp;
  /** Told of the sessions of each page. */
  readonly onSessions?: (sessions: readonly SessionRecord[]) => void;
  /** Requests held at once, at most; default 200,000. */
  readonly mostHeld?: number;
}

const DAY_MS = 86_400_000;
const SHORTEST_MS = 1_000;
const PAGE = 500;

/**
 * The requests of a node's recorded sessions in order of time. The archive gives sessions newest first: they are
 * asked for a stretch of time after the other, a day or, where it holds too many, half of that and so on, each
 * put in order. Requests of a session that goes on beyond its stretch wait for theirs.
 */
export async function* recordedTraffic(options: RecordedTrafficOptions): AsyncGenerator<TrafficItem> {
  const { client, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = options;
  const order = new TimeOrder(2 * (options.mostHeld ?? MOST_HELD));
  for (const day of await client.days()) {
    const begin = Math.max(from, Date.parse(`${day}T00:00:00Z`));
    const end = Math.min(to, Date.parse(`${day}T00:00:00Z`) + DAY_MS);
    if (begin < end) yield* stretch(begin, end, order, options);
  }
  yield* order.before(Number.POSITIVE_INFINITY);
}

const MOST_HELD = 200_000;

async function* stretch(
  from: Timestamp,
  to: Timestamp,
  order: TimeOrder,
  options: RecordedTrafficOptions,
): AsyncGenerator<TrafficItem> {
  const sessions = await sessionsOf(from, to, options);
  if (sessions === undefined) {
    const middle = from + Math.ceil((to - from) / 2);
    yield* stretch(from, middle, order, options);
    yield* stretch(middle, to, order, options);
    return;
  }
  options.onSessions?.(sessions);
  for (const session of sessions)
    for (const item of trafficOf(session)) {
      const earliest = order.add(item);
      if (earliest !== undefined) yield earliest;
    }
  yield* order.before(to);
}

/** Undefined where there are more requests than may be held and the stretch can be halved. */
async function sessionsOf(
  from: Timestamp,
  to: Timestamp,
  { client, mostHeld = MOST_HELD }: RecordedTrafficOptions,
): Promise<readonly SessionRecord[] | undefined> {
  const sessions: SessionRecord[] = [];
  let requests = 0;
  let cursor: string | undefined;
  do {
    const page = await client.listSessions({
      limit: PAGE,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const session of page.sessions) {
      requests += Math.max(1, session.requests.length);
      sessions.push(session);
    }
    if (requests > mostHeld && to - from > SHORTEST_MS) return undefined;
    cursor = page.next;
  } while (cursor !== undefined);
  return sessions;
}
