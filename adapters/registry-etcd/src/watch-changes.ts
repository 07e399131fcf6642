import { setTimeout as sleep } from 'node:timers/promises';
import type { RegistryChange } from '@aegis/ports';
import { status } from '@grpc/grpc-js';
import { type EtcdConnection, refusalOf } from './etcd-connection.ts';
import { EtcdRefusal } from './etcd-fault.ts';
import type { KeyRange } from './messages/key-range.ts';
import { readWatch, type WatchEvent, watchRequest } from './messages/watch-messages.ts';
import { WatchPosition } from './watch-position.ts';

export interface WatchWish {
  readonly range: KeyRange;
  /** Characters of the keys that are not the caller's. */
  readonly prefixLength: number;
  readonly after: number;
  readonly signal: AbortSignal;
}

const WATCH = '/etcdserverpb.Watch/Watch';
const PAUSE_MS = 100;

/**
 * Changes in order, from whichever member: where one fails the watch goes on with the next one, from where it was.
 * Throws EtcdRefusal where none answers for the time that a call has, or what is asked for is compacted.
 */
export async function* watchChanges(
  connection: EtcdConnection,
  { range, prefixLength, after, signal }: WatchWish,
): AsyncGenerator<RegistryChange> {
  const position = new WatchPosition(after);
  let lostSince = performance.now();
  while (!signal.aborted) {
    const link = await connection.open(WATCH).catch((error: unknown) => {
      const passing = error instanceof EtcdRefusal && error.isPassing;
      if (passing && performance.now() - lostSince < connection.timeoutMs) return undefined;
      throw error;
    });
    if (link === undefined) {
      await sleep(PAUSE_MS);
      continue;
    }
    const { stream, address, left } = link;
    const cancel = (): void => stream.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    const late = setTimeout(cancel, connection.patienceMs);
    let failure: unknown = new Error('the member ended the watch');
    try {
      stream.write(watchRequest(range, position.from));
      for await (const bytes of stream) {
        const answer = readWatch(bytes as Buffer);
        if (answer.canceled !== undefined) throw endOf(answer.canceled, answer.compactRevision, address);
        clearTimeout(late);
        lostSince = Number.POSITIVE_INFINITY;
        for (const event of answer.events) {
          if (!position.take(event)) continue;
          yield changeOf(event, prefixLength);
          if (signal.aborted) return;
        }
        if (!answer.isFragment) position.wholeAnswer();
        if (answer.events.length === 0 && !answer.created) position.nothingUpTo(answer.revision);
      }
    } catch (error) {
      failure = refusalOf(error, address);
    } finally {
      clearTimeout(late);
      signal.removeEventListener('abort', cancel);
      stream.cancel();
    }
    if (signal.aborted) return;
    left();
    if (failure instanceof EtcdRefusal && !failure.isPassing) {
      if (failure.isCompacted) throw failure;
      // Refused for want of a right: a token that is no longer good looks like this too.
      connection.forgetToken();
    }
    lostSince = Math.min(lostSince, performance.now());
    if (performance.now() - lostSince > connection.timeoutMs) throw failure;
    await sleep(PAUSE_MS);
  }
}

function endOf(reason: string, compactRevision: number, address: string): EtcdRefusal {
  const [code, details] =
    compactRevision > 0
      ? [status.OUT_OF_RANGE, 'required revision has been compacted']
      : /permission denied/.test(reason)
        ? [status.PERMISSION_DENIED, reason]
        : [status.UNAVAILABLE, reason || 'the member ended the watch'];
  return new EtcdRefusal({ code, details, message: details }, address);
}

function changeOf({ isDelete, entry }: WatchEvent, prefixLength: number): RegistryChange {
  const key = entry.key.slice(prefixLength);
  const { value, version, modRevision: revision } = entry;
  return isDelete
    ? { kind: 'delete', key, revision }
    : { kind: 'put', entry: { key, value, version, revision } };
}
