import type { Notification, QueuedMessage } from '@aegis/ports';

/** Titles are short; the notifiers cut everything else. */
const LONGEST = 200;

/** The message as it is sent. `template` may name `{title}`, `{level}`, `{event}`, `{node}`, `{count}` and facts. */
export function compose(message: QueuedMessage, template: string, node: string): Notification {
  const { id, event, level, plural, count, items, since } = message;
  const first = items[0]?.text ?? event;
  const title = count === 1 ? first : `${count} ${plural}, the first: ${first}`;
  const words: Readonly<Record<string, string>> = {
    ...items[0]?.facts,
    ...{ title, level, event, node, count: String(count) },
  };
  return { id, at: since, event, level, title: fill(template, words), count, items, node };
}

/** In one pass, so that what is filled in is not filled in again. What has no value is left out. */
function fill(template: string, words: Readonly<Record<string, string>>): string {
  return template
    .replace(/\{([a-z_]{1,40})\}/g, (_, name: string) =>
      Object.hasOwn(words, name) ? (words[name] ?? '') : '',
    )
    .slice(0, LONGEST);
}
