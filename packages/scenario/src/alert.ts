import type { Address, Timestamp } from '@aegis/model';
import type { Bucket } from './bucket.ts';
import type { Field } from './field.ts';
import { fieldOf, type Sighting } from './field-value.ts';
import type { Rule } from './rule.ts';

/** A fact: a bucket of a rule overflowed. What to do about it is a proposal. */
export interface Alert {
  readonly rule: Rule;
  /** What the bucket is of. */
  readonly source: readonly { readonly field: Field; readonly value: string }[];
  /** Event times of the first event in the bucket and of the last. */
  readonly since: Timestamp;
  readonly at: Timestamp;
  /** Events that were counted. */
  readonly count: number;
  /** Who did it, bounded: the client, or all that shared the bucket. */
  readonly clients: readonly Address[];
  /** The name last used, where the event has one. */
  readonly username?: string;
  /** The last event, as it was written, bounded. */
  readonly sample: string;
  /** In words. */
  readonly why: string;
}

export function alertOf(rule: Rule, bucket: Bucket, sighting: Sighting, values: readonly string[]): Alert {
  const { event, client } = sighting;
  const username = event.kind === 'login' ? event.username : fieldOf(sighting, 'data.user');
  return {
    rule,
    source: rule.by.map((field, index) => ({ field, value: values[index] ?? '' })),
    since: bucket.since,
    at: event.at,
    count: bucket.count,
    clients: bucket.clients === undefined ? (client === undefined ? [] : [client]) : [...bucket.clients],
    ...(typeof username === 'string' && username !== '' && { username }),
    sample: sampleOf(sighting),
    why: whyOf(rule, bucket, event.at),
  };
}

function whyOf({ about, filling, distinct }: Rule, { count, since }: Bucket, at: Timestamp): string {
  const seconds = Math.max(1, Math.round((at - since) / 1_000));
  const counted = distinct === undefined ? 'times' : `different ${distinct.replaceAll('_', ' ')} values`;
  switch (filling.type) {
    case 'trigger':
      return about;
    case 'sequence':
      return `${about}: ${filling.steps.length} steps in ${seconds} s`;
    default:
      return `${about}: ${count} ${counted} in ${seconds} s, more than ${filling.capacity}`;
  }
}

const SAMPLE_LENGTH = 200;

function sampleOf({ event }: Sighting): string {
  switch (event.kind) {
    case 'http':
      return `${event.method} ${event.target}`.slice(0, SAMPLE_LENGTH);
    case 'login':
      return `${event.service ?? ''} ${event.username}`.trim().slice(0, SAMPLE_LENGTH);
    case 'command':
      return event.input.slice(0, SAMPLE_LENGTH);
    case 'download':
      return event.url.slice(0, SAMPLE_LENGTH);
    case 'notice': {
      const data = Object.entries(event.data).map(([name, value]) => `${name}=${value}`);
      return [event.service, event.event, ...data].join(' ').slice(0, SAMPLE_LENGTH);
    }
  }
}
