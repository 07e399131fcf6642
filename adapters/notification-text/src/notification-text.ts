import type { Notification, NotificationItem } from '@aegis/ports';
import { harmlessLine } from './harmless-line.ts';

/** A message in words, without any markup. */
export interface NotificationText {
  readonly title: string;
  /** What, how grave, where and when: all from a closed vocabulary or the operator's own words. */
  readonly summary: string;
  /** The things it tells of. */
  readonly body: string;
}

const LONGEST_TITLE = 200;
const LONGEST_FACT = 500;
const MOST_FACTS = 20;
/** `2026-11-22 12:00:00Z` */
const timeText = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`;

/** In words, the body in at most so many bytes of UTF-8. */
export function notificationText(notification: Notification, mostBytes: number): NotificationText {
  const { event, level, node, at, items, count } = notification;
  const title = harmlessLine(notification.title, LONGEST_TITLE);
  const lines: string[] = [];
  let room = mostBytes - 100;
  let told = 0;
  for (const item of items) {
    const text = itemText(item, items.length === 1 ? title : '');
    room -= Buffer.byteLength(text) + 1;
    if (room < 0 && told > 0) break;
    lines.push(room < 0 ? cutToBytes(text, mostBytes - 100) : text);
    told++;
  }
  if (count > told && told > 0) lines.push(`and ${count - told} more`);
  const many = count === 1 ? '' : `${count} times, `;
  return {
    title,
    summary: `${event}, ${level}, ${many}on ${node} at ${timeText(at)}`,
    body: lines.join('\n'),
  };
}

function itemText({ at, text, facts }: NotificationItem, title: string): string {
  const line = harmlessLine(text, LONGEST_FACT);
  const told = Object.entries(facts)
    .slice(0, MOST_FACTS)
    .map(([name, value]) => `${harmlessLine(name, 40)}: ${harmlessLine(value, LONGEST_FACT)}`);
  if (title.includes(line)) return told.join('\n');
  return [`- ${timeText(at)} ${line}`, ...told.map((fact) => `    ${fact}`)].join('\n');
}

/** Whole characters of at most so many bytes. */
export function cutToBytes(text: string, mostBytes: number): string {
  if (Buffer.byteLength(text) <= mostBytes) return text;
  const cut = Buffer.from(text).subarray(0, Math.max(0, mostBytes - 3));
  // A character that was cut in two decodes to U+FFFD at the end.
  return `${cut.toString().replace(/\ufffd$/, '')}…`;
}
