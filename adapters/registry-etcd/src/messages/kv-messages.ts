import { ProtoReader, ProtoWriter } from '@aegis/protobuf';
import type { KeyRange } from './key-range.ts';

// Messages of etcdserverpb/rpc.proto and mvccpb/kv.proto (etcd v3): what is used of them, by field number.

export interface KeyValue {
  readonly key: string;
  readonly value: string;
  /** Of the key: 1 when created. */
  readonly version: number;
  readonly modRevision: number;
}

export interface RangeAnswer {
  readonly revision: number;
  readonly values: readonly KeyValue[];
  readonly more: boolean;
}

export interface PutWish {
  readonly key: string;
  readonly value: string;
  readonly lease: number | undefined;
  /** Only where the key has this version; 0: where it does not exist. */
  readonly ifVersion: number | undefined;
}

export function getRequest(key: string): Buffer {
  return new ProtoWriter().text(1, key).finish();
}

/** At most `limit` keys in key order, as of a revision; 0: as they are now. */
export function rangeRequest({ key, end }: KeyRange, limit: number, revision: number): Buffer {
  return new ProtoWriter().bytes(1, key).bytes(2, end).number(3, limit).number(4, revision).finish();
}

/** Only counts, for the revision that every answer carries. */
export function countRequest({ key, end }: KeyRange): Buffer {
  return new ProtoWriter().bytes(1, key).bytes(2, end).number(9, 1).finish();
}

/** A transaction: puts it, then reads which version that made. */
export function putRequest({ key, value, lease, ifVersion }: PutWish): Buffer {
  const txn = new ProtoWriter(Buffer.byteLength(value) + 1_024);
  if (ifVersion !== undefined)
    txn.message(1, (compare) =>
      compare.number(1, EQUAL).number(2, VERSION).text(3, key).number(4, ifVersion),
    );
  return txn
    .message(2, (op) =>
      op.message(REQUEST_PUT, (put) => {
        put.text(1, key).text(2, value);
        if (lease !== undefined) put.number(3, lease);
      }),
    )
    .message(2, (op) => op.message(REQUEST_RANGE, (range) => range.text(1, key).number(8, 1)))
    .finish();
}

export function deleteRequest(key: string): Buffer {
  return new ProtoWriter().text(1, key).finish();
}

const EQUAL = 0;
const VERSION = 0;
const REQUEST_RANGE = 1;
const REQUEST_PUT = 2;
const RESPONSE_RANGE = 1;

export function readRange(bytes: Buffer): RangeAnswer {
  return rangeOf(new ProtoReader(bytes));
}

/** What was put, without its value; undefined where the comparison did not hold. */
export function readPut(bytes: Buffer): KeyValue | undefined {
  const txn = new ProtoReader(bytes);
  let succeeded = false;
  let put: KeyValue | undefined;
  for (let field = txn.next(); field !== 0; field = txn.next()) {
    if (field === 2) succeeded = txn.number() !== 0;
    else if (field === 3) put = rangedOf(txn.message()) ?? put;
    else txn.skip();
  }
  return succeeded ? put : undefined;
}

/** How many. */
export function readDeleted(bytes: Buffer): number {
  const answer = new ProtoReader(bytes);
  let deleted = 0;
  for (let field = answer.next(); field !== 0; field = answer.next()) {
    if (field === 2) deleted = answer.number();
    else answer.skip();
  }
  return deleted;
}

export function readKeyValue(message: ProtoReader): KeyValue {
  let [key, value, version, modRevision] = ['', '', 0, 0];
  for (let field = message.next(); field !== 0; field = message.next()) {
    if (field === 1) key = message.text();
    else if (field === 3) modRevision = message.number();
    else if (field === 4) version = message.number();
    else if (field === 5) value = message.text();
    else message.skip();
  }
  return { key, value, version, modRevision };
}

/** The revision of the store at which it answered. */
export function readHeader(message: ProtoReader): number {
  let revision = 0;
  for (let field = message.next(); field !== 0; field = message.next()) {
    if (field === 3) revision = message.number();
    else message.skip();
  }
  return revision;
}

function rangedOf(op: ProtoReader): KeyValue | undefined {
  let first: KeyValue | undefined;
  for (let field = op.next(); field !== 0; field = op.next()) {
    if (field === RESPONSE_RANGE) [first] = rangeOf(op.message()).values;
    else op.skip();
  }
  return first;
}

function rangeOf(message: ProtoReader): RangeAnswer {
  const values: KeyValue[] = [];
  let revision = 0;
  let more = false;
  for (let field = message.next(); field !== 0; field = message.next()) {
    if (field === 1) revision = readHeader(message.message());
    else if (field === 2) values.push(readKeyValue(message.message()));
    else if (field === 3) more = message.number() !== 0;
    else message.skip();
  }
  return { revision, values, more };
}
