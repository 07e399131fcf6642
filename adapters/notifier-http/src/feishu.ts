import { createHmac } from 'node:crypto';
import type { ThreatLevel } from '@aegis/model';
import { notificationText } from '@aegis/notification-text';
import type { Notifier } from '@aegis/ports';
import { codeComplaint, type HttpNotifierOptions, openHttpNotifier } from './http-notifier.ts';

/** Of a message, the service takes 20 KB. */
const MOST_BYTES = 12_000;

const COLOURS: Readonly<Record<ThreatLevel, string>> = {
  CRITICAL: 'red',
  HIGH: 'orange',
  MEDIUM: 'yellow',
  LOW: 'blue',
  INFO: 'grey',
};

/**
 * To a custom bot of Feishu or Lark: a card of `plain_text`, in which nothing is markup. Signed: `timestamp` in s and
 * `sign`, base64 of HMAC-SHA256 over nothing under the key `<timestamp>\n<secret>`, are members of the message.
 */
export function openFeishu({ url, secret, clock }: HttpNotifierOptions): Notifier {
  const plain = (content: string): object => ({ tag: 'plain_text', content });
  return openHttpNotifier(
    {
      name: 'Feishu',
      post(message, now) {
        const { title, summary, body } = notificationText(message, MOST_BYTES);
        const elements = [summary, body].filter(Boolean).map((text) => ({ tag: 'div', text: plain(text) }));
        const header = { title: plain(title), template: COLOURS[message.level] };
        const card = { config: { wide_screen_mode: true }, header, elements };
        return { url, body: JSON.stringify({ ...signature(secret, now), msg_type: 'interactive', card }) };
      },
      // The older form of the answer names it StatusCode.
      complaint: codeComplaint(['code', 'StatusCode'], ['msg', 'StatusMessage']),
    },
    clock,
  );
}

function signature(secret: string | undefined, now: number): object {
  if (secret === undefined) return {};
  const timestamp = String(Math.floor(now / 1_000));
  return { timestamp, sign: createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64') };
}
