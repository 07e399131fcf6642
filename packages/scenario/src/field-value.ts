import type { Address, AttackType, Notice, Observation } from '@aegis/model';
import { decodedTarget } from './decoded-target.ts';
import type { Field } from './field.ts';
import { networkOf } from './network-of.ts';

/** What rules look at: an observation, or what a program wrote down. */
export type RuleEvent = Observation | Notice;

/** An event together with what is known of it from outside. */
export interface Sighting {
  readonly event: RuleEvent;
  /** Absent where what happened has no client: a program started on the host. */
  readonly client?: Address;
  /** Asked only where a rule tests `classes`. */
  readonly classes?: () => readonly AttackType[];
}

export type FieldValue = string | number | boolean | readonly string[] | undefined;

/** The value of a field; undefined where this kind of event has none. */
export function fieldOf(seen: Sighting, field: Field): FieldValue {
  const { event, client } = seen;
  if (field === 'client') return client;
  if (field === 'network') return client === undefined ? undefined : networkOf(client);
  switch (event.kind) {
    case 'http': {
      const question = event.target.indexOf('?');
      switch (field) {
        case 'method':
          return event.method;
        case 'target':
          return event.target;
        case 'path':
          return question < 0 ? event.target : event.target.slice(0, question);
        case 'query':
          return question < 0 ? '' : event.target.slice(question + 1);
        case 'decoded':
          return decodedTarget(event.target);
        case 'status':
          return event.status;
        case 'host':
          return event.headers.host ?? '';
        case 'user_agent':
          return event.headers['user-agent'] ?? '';
        case 'referer':
          return event.headers.referer ?? '';
        case 'body':
          return event.body ?? '';
        case 'classes':
          return seen.classes?.() ?? [];
        default:
          return field.startsWith('header.') ? named(event.headers, field.slice(7)) : undefined;
      }
    }
    case 'login':
      switch (field) {
        case 'username':
        case 'success':
          return event[field];
        case 'service':
        case 'failure':
          return event[field] ?? '';
        default:
          return undefined;
      }
    case 'command':
      return field === 'input' ? event.input : undefined;
    case 'download':
      return field === 'url' ? event.url : undefined;
    case 'notice':
      if (field === 'service' || field === 'event') return event[field];
      if (!field.startsWith('data.')) return undefined;
      return named(event.data, field.slice(5));
  }
}

function named(texts: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(texts, name) ? texts[name] : undefined;
}
