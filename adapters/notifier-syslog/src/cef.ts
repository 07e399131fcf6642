import { isIP } from 'node:net';
import type { ThreatLevel } from '@aegis/model';
import { bareLine, cutToBytes } from '@aegis/notification-text';
import type { Notification } from '@aegis/ports';

/** 0 to 10. */
const SEVERITIES: Readonly<Record<ThreatLevel, number>> = {
  CRITICAL: 10,
  HIGH: 8,
  MEDIUM: 5,
  LOW: 3,
  INFO: 1,
};
/** Custom strings that a CEF event may have. */
const MOST_STRINGS = 6;
const LONGEST = 200;
/** What any receiver takes in one datagram, RFC 5426, section 3.2, less the header. */
const MOST_BYTES = 1_900;

/**
 * As an event of ArcSight's Common Event Format, version 0: `|` is escaped in the header and `=` in the extension, `\`
 * in both. Of several things the first is told, and `cnt` says how many there are.
 */
export function cef(
  { id, at, event, level, title, count, items, node }: Notification,
  version: string,
): string {
  const [first] = items;
  const facts = Object.entries(first?.facts ?? {});
  const address = first?.facts.address;
  const strings = facts
    .filter(([name]) => name !== 'address')
    .slice(0, MOST_STRINGS)
    .flatMap(([name, value], i) => [[`cs${i + 1}Label`, name] as const, [`cs${i + 1}`, value] as const]);
  const extension = [
    ['rt', String(at)] as const,
    ['externalId', id] as const,
    ['dvchost', node] as const,
    ['cnt', String(count)] as const,
    ...(address !== undefined && isIP(address) !== 0 ? [['src', address] as const] : []),
    ['msg', first?.text ?? title] as const,
    ...strings,
  ];
  const header = ['CEF:0', 'Aegis', 'aegis', version, event, title, String(SEVERITIES[level])].map(inHeader);
  let text = `${header.join('|')}|`;
  for (const [key, value] of extension) {
    const next = `${text}${text.endsWith('|') ? '' : ' '}${key}=${inExtension(value)}`;
    if (Buffer.byteLength(next) > MOST_BYTES) break;
    text = next;
  }
  return text;
}

const inHeader = (value: string): string =>
  cutToBytes(bareLine(value, LONGEST), 400).replaceAll('\\', '\\\\').replaceAll('|', '\\|');
const inExtension = (value: string): string =>
  cutToBytes(bareLine(value, LONGEST), 400).replaceAll('\\', '\\\\').replaceAll('=', '\\=');
