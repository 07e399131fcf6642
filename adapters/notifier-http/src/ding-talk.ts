import { createHmac } from 'node:crypto';
import { notificationText } from '@aegis/notification-text';
import type { Notifier } from '@aegis/ports';
import { codeComplaint, type HttpNotifierOptions, openHttpNotifier } from './http-notifier.ts';

/** Of a message, the service takes 20,000. */
const MOST_BYTES = 15_000;

/**
 * To a custom robot of DingTalk: text, in which nothing is markup. Signed: `timestamp` in ms and `sign`, base64 of
 * HMAC-SHA256 over `<timestamp>\n<secret>` under the secret, are put at the end of the URL.
 */
export function openDingTalk({ url, secret, clock }: HttpNotifierOptions): Notifier {
  return openHttpNotifier(
    {
      name: 'DingTalk',
      post(message, now) {
        const { title, summary, body } = notificationText(message, MOST_BYTES);
        const content = [title, summary, body].filter(Boolean).join('\n');
        const text = JSON.stringify({ msgtype: 'text', text: { content }, at: { isAtAll: false } });
        if (secret === undefined) return { url, body: text };
        const sign = createHmac('sha256', secret).update(`${now}\n${secret}`).digest('base64');
        const signed = new URL(url);
        signed.searchParams.set('timestamp', String(now));
        signed.searchParams.set('sign', sign);
        return { url: signed.href, body: text };
      },
      complaint: codeComplaint(['errcode'], ['errmsg']),
    },
    clock,
  );
}
