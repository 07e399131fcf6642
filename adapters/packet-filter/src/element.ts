import type { Decision } from '@aegis/model';

/** What is let through, whatever else is said, and what is dropped. */
export type List = 'allow' | 'ban';

/** One address of one list. Each prefix length in use has a hash set of its own. */
export interface Element {
  readonly list: List;
  readonly family: 4 | 6;
  /** Prefix length, bits. */
  readonly bits: number;
  /** Of the network: `192.0.2.0`, `2001:db8::`. */
  readonly address: string;
}

/** What the decision is about; undefined where a packet filter by address cannot carry it out. */
export function elementOf({ scope, value, action }: Decision): Element | undefined {
  if (scope !== 'ip' && scope !== 'range') return undefined;
  if (action !== 'ban' && action !== 'allow') return undefined;
  const family = value.includes(':') ? 6 : 4;
  const [address = value, length] = value.split('/');
  const bits = length === undefined ? (family === 4 ? 32 : 128) : Number(length);
  return { list: action, family, bits, address };
}

/** `ban4_24` */
export function setName({ list, family, bits }: Omit<Element, 'address'>): string {
  return `${list}${family}_${bits}`;
}
