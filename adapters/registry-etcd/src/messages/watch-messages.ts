import { ProtoReader, ProtoWriter } from '@aegis/protobuf';
import type { KeyRange } from './key-range.ts';
import { type KeyValue, readHeader, readKeyValue } from './kv-messages.ts';

export interface WatchEvent {
  readonly isDelete: boolean;
  /** Of a delete without value and version. */
  readonly entry: KeyValue;
}

export interface WatchAnswer {
  readonly revision: number;
  /** It says that the watch has begun. */
  readonly created: boolean;
  /** The watch has ended; why, as far as etcd says. */
  readonly canceled: string | undefined;
  /** Not 0 where it ended because earlier revisions are gone. */
  readonly compactRevision: number;
  /** More of the same changes follow in the next answer. */
  readonly isFragment: boolean;
  readonly events: readonly WatchEvent[];
}

/** From this revision on; large answers come in pieces, and etcd tells now and then how far it is. */
export function watchRequest({ key, end }: KeyRange, startRevision: number): Buffer {
  return new ProtoWriter()
    .message(1, (create) =>
      create.bytes(1, key).bytes(2, end).number(3, startRevision).number(4, 1).number(8, 1),
    )
    .finish();
}

export function readWatch(bytes: Buffer): WatchAnswer {
  const message = new ProtoReader(bytes);
  const events: WatchEvent[] = [];
  let [revision, compactRevision] = [0, 0];
  let [created, canceled, isFragment] = [false, false, false];
  let reason = '';
  for (let field = message.next(); field !== 0; field = message.next()) {
    if (field === 1) revision = readHeader(message.message());
    else if (field === 3) created = message.number() !== 0;
    else if (field === 4) canceled = message.number() !== 0;
    else if (field === 5) compactRevision = message.number();
    else if (field === 6) reason = message.text();
    else if (field === 7) isFragment = message.number() !== 0;
    else if (field === 11) events.push(eventOf(message.message()));
    else message.skip();
  }
  return { revision, created, canceled: canceled ? reason : undefined, compactRevision, isFragment, events };
}

function eventOf(message: ProtoReader): WatchEvent {
  let isDelete = false;
  let entry: KeyValue = { key: '', value: '', version: 0, modRevision: 0 };
  for (let field = message.next(); field !== 0; field = message.next()) {
    if (field === 1) isDelete = message.number() === 1;
    else if (field === 2) entry = readKeyValue(message.message());
    else message.skip();
  }
  return { isDelete, entry };
}
