import { AegisError, type SessionRecord, type Timestamp } from '@aegis/model';
import { addressKey } from './address-key.ts';
import { dayOf } from './utc-day.ts';

/** A record that may be kept, with what the index needs of it. */
export interface Candidate {
  readonly record: SessionRecord;
  readonly json: string;
  readonly start: Timestamp;
  readonly day: string;
  readonly peer: Uint8Array;
}

/** Throws AegisError `archive_bad_record`: a record that passed the normalizer always has an address and a time. */
export function candidate(record: SessionRecord): Candidate {
  const start = Date.parse(record.start_time);
  const peer = addressKey(record.peer_ip);
  if (Number.isNaN(start) || peer === undefined) {
    throw new AegisError(
      'archive_bad_record',
      `session ${JSON.stringify(record.sess_uuid)} has no usable start_time or peer_ip`,
    );
  }
  return { record, json: JSON.stringify(record), start, day: dayOf(start), peer };
}
