import { notificationText } from '@aegis/notification-text';
import type { Notifier } from '@aegis/ports';
import { codeComplaint, type HttpNotifierOptions, openHttpNotifier } from './http-notifier.ts';

/** Of a text in UTF-8. */
const MOST_BYTES = 2_048;
/** Title and summary, at their longest. */
const HEAD_BYTES = 1_100;

/** To a group robot of WeCom: text, in which nothing is markup. It knows no signature: its URL is the secret. */
export function openWeCom({ url, clock }: HttpNotifierOptions): Notifier {
  return openHttpNotifier(
    {
      name: 'WeCom',
      post(message) {
        const { title, summary, body } = notificationText(message, MOST_BYTES - HEAD_BYTES);
        const content = [title, summary, body].filter(Boolean).join('\n');
        return { url, body: JSON.stringify({ msgtype: 'text', text: { content } }) };
      },
      complaint: codeComplaint(['errcode'], ['errmsg']),
    },
    clock,
  );
}
