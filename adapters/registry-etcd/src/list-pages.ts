import type { EtcdConnection } from './etcd-connection.ts';
import { EtcdRefusal } from './etcd-fault.ts';
import type { KeyRange } from './messages/key-range.ts';
import { type KeyValue, rangeRequest, readRange } from './messages/kv-messages.ts';

const RANGE = '/etcdserverpb.KV/Range';
/** So many of the largest values are half of the largest answer. */
const SMALLEST_PAGE = 16;
const LARGEST_PAGE = 1_024;
/** A page below this is followed by a larger one. */
const SMALL_ANSWER = 1_048_576;
const ATTEMPTS = 5;

/** All of a range as of one revision, in key order; page by page, as etcd bounds keys and not bytes. */
export async function listPages(connection: EtcdConnection, range: KeyRange): Promise<readonly KeyValue[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await listOnce(connection, range);
    } catch (error) {
      // Compacted between two pages: as it is now, then.
      const again = error instanceof EtcdRefusal && error.isCompacted && attempt < ATTEMPTS;
      if (!again) throw error;
    }
  }
}

async function listOnce(connection: EtcdConnection, { key, end }: KeyRange): Promise<readonly KeyValue[]> {
  const found: KeyValue[] = [];
  let from = key;
  let revision = 0;
  for (let limit = SMALLEST_PAGE; ; ) {
    const request = rangeRequest({ key: from, end }, limit, revision);
    const bytes = await connection.call(RANGE, request, { repeatable: true }).catch((error: unknown) => {
      if (error instanceof EtcdRefusal && error.isAnswerTooLarge && limit > SMALLEST_PAGE) return undefined;
      throw error;
    });
    if (bytes === undefined) {
      limit = SMALLEST_PAGE;
      continue;
    }
    const answer = readRange(bytes);
    found.push(...answer.values);
    const last = answer.values.at(-1);
    if (!answer.more || last === undefined) return found;
    revision ||= answer.revision;
    from = Buffer.concat([Buffer.from(last.key), Buffer.of(0)]);
    limit = bytes.length < SMALL_ANSWER ? Math.min(limit * 4, LARGEST_PAGE) : SMALLEST_PAGE;
  }
}
