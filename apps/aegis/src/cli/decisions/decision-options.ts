import { ACTIONS, canonicalScopeValue, SCOPES, type Scope } from '@aegis/model';
import { Option } from 'commander';

export type FileFormat = 'json' | 'csv' | 'plain';
export const FILE_FORMATS: readonly FileFormat[] = ['json', 'csv', 'plain'];

export function scopeOption(description: string = 'only of this scope'): Option {
  return new Option('--scope <scope>', description).choices(SCOPES);
}

export function actionOption(description: string = 'only with this action'): Option {
  return new Option('--action <action>', description).choices(ACTIONS);
}

/** A value with a `/` that is a prefix is a range, anything else an address. */
export function scopeOf(value: string): Scope {
  return value.includes('/') && canonicalScopeValue('range', value).ok ? 'range' : 'ip';
}
