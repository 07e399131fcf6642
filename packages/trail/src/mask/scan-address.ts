import { Address } from '@aegis/model';
import { isWordAt } from './char-class.ts';
import type { Scan } from './scan.ts';

const IPV4 = /(?:\d{1,3}\.){3}\d{1,3}(?![\w.])/y;
const IP_CHARS = /[0-9A-Fa-f:.]{2,45}/y;

/** An IP address at `at`. Returns where to go on: after it, or `at` where there is none. */
export function scanAddress({ text, bytes, finds }: Scan, at: number): number {
  if (at > 0 && isWordAt(bytes, at - 1)) return at;
  IPV4.lastIndex = at;
  IP_CHARS.lastIndex = at;
  const run = IPV4.exec(text)?.[0] ?? IP_CHARS.exec(text)?.[0].replace(/[.:]$/, '') ?? '';
  const looksLike = run.includes('.') || run.split(':').length > 2;
  if (!looksLike || isWordAt(bytes, at + run.length) || !Address.parse(run).ok) return at;
  finds.add('address', at, at + run.length);
  return at + run.length;
}
