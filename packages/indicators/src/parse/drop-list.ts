import type { FeedParser, Findings } from './feed-format.ts';

/** Spamhaus DROP as text: `192.0.2.0/24 ; SBL1234`, comments after `;`. */
export function dropList({ found }: Findings): FeedParser {
  return {
    line(text, number) {
      const mark = text.indexOf(';');
      const entry = (mark < 0 ? text : text.slice(0, mark)).trim();
      if (entry === '' || entry.startsWith('#')) return;
      const about = mark < 0 ? '' : text.slice(mark + 1).trim();
      found(number, entry, undefined, about === '' ? {} : { about });
    },
    end() {},
  };
}
