import { notificationText } from '@aegis/notification-text';
import type { Notifier } from '@aegis/ports';
import { type HttpNotifierOptions, openHttpNotifier } from './http-notifier.ts';

/** Characters of a header and of a section, docs.slack.dev/reference/block-kit. */
const LONGEST_HEADER = 150;
const LONGEST_SECTION = 3_000;

/** To an incoming webhook of Slack. Blocks of `plain_text`, in which nothing is markup. */
export function openSlack({ url, clock }: HttpNotifierOptions): Notifier {
  const plain = (type: 'header' | 'section', text: string, longest: number): object => ({
    type,
    text: { type: 'plain_text', text: text.slice(0, longest), emoji: false },
  });
  return openHttpNotifier(
    {
      name: 'Slack',
      post(message) {
        const { title, summary, body } = notificationText(message, LONGEST_SECTION);
        const blocks = [
          plain('header', title || message.event, LONGEST_HEADER),
          plain('section', summary, LONGEST_SECTION),
          ...(body === '' ? [] : [plain('section', body, LONGEST_SECTION)]),
        ];
        // Shown where blocks are not, and there `<!channel>` would call everyone.
        return { url, body: JSON.stringify({ text: escaped(title), blocks }) };
      },
      complaint: () => undefined,
    },
    clock,
  );
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
