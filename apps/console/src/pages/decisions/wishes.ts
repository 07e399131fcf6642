import type { DecisionWish } from '../../api/documents.ts';

/** What one may wish for, the gravest first. */
export const ACTIONS = [
  'ban',
  'captcha',
  'throttle',
  'shadow',
  'observe',
  'allow',
] as const satisfies readonly DecisionWish['action'][];
export const DURATIONS = ['15m', '1h', '4h', '1d', '7d', '30d', '365d'] as const;

/** What a value that somebody typed is about; the node checks it and says where it is wrong. */
export function scopeOfValue(value: string): DecisionWish['scope'] {
  const text = value.trim();
  if (/^AS\d+$/i.test(text)) return 'as';
  if (/^[A-Z]{2}$/.test(text)) return 'country';
  if (/^[\d.]+$/.test(text) || (text.includes(':') && /^[\da-f:.]+$/i.test(text))) return 'ip';
  if (/^[\da-f:.]+\/\d{1,3}$/i.test(text)) return 'range';
  if (/^https?:\/\//i.test(text)) return 'url';
  return 'domain';
}
