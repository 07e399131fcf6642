import { createHmac } from 'node:crypto';
import { bareLine } from '@aegis/notification-text';
import type { Notification, Notifier } from '@aegis/ports';
import { type HttpNotifierOptions, openHttpNotifier } from './http-notifier.ts';

const MOST_BYTES = 24_000;
const LONGEST = 500;
const MOST_FACTS = 20;
const PREFIX = 'whsec_';

/**
 * To a program of the operator's, as the Standard Webhooks specification has it: `webhook-id`, `webhook-timestamp` and
 * `webhook-signature`, HMAC-SHA256 over `<id>.<timestamp>.<body>`. The secret is `whsec_` and base64, or any text.
 */
export function openWebhook({ url, secret, clock }: HttpNotifierOptions): Notifier {
  const key = secret === undefined ? undefined : keyOf(secret);
  return openHttpNotifier(
    {
      name: 'webhook',
      post(message, now) {
        const body = bodyOf(message);
        const timestamp = String(Math.floor(now / 1_000));
        const headers = { 'webhook-id': message.id, 'webhook-timestamp': timestamp };
        if (key === undefined) return { url, headers, body };
        const signature = createHmac('sha256', key)
          .update(`${message.id}.${timestamp}.${body}`)
          .digest('base64');
        return { url, headers: { ...headers, 'webhook-signature': `v1,${signature}` }, body };
      },
      complaint: () => undefined,
    },
    clock,
  );
}

function keyOf(secret: string): Buffer {
  return secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : Buffer.from(secret);
}

/** Programs get texts as they are, without controls and cut; those that do not fit are left out and counted. */
function bodyOf({ id, at, event, level, title, count, items, node }: Notification): string {
  let room = MOST_BYTES;
  const told = items
    .map((item) => ({
      at: new Date(item.at).toISOString(),
      text: bareLine(item.text, LONGEST),
      facts: Object.fromEntries(
        Object.entries(item.facts)
          .slice(0, MOST_FACTS)
          .map(([name, value]) => [bareLine(name, 40), bareLine(value, LONGEST)]),
      ),
    }))
    .filter((item) => {
      room -= Buffer.byteLength(JSON.stringify(item));
      return room >= 0;
    });
  return JSON.stringify({
    type: `aegis.${event}`,
    timestamp: new Date(at).toISOString(),
    data: { id, level, title: bareLine(title, LONGEST), count, node, items: told },
  });
}
