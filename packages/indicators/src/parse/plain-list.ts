import type { FeedParser, Findings } from './feed-format.ts';

const COMMENT = /^(?:#|;|\/\/)/;

/** An indicator a line, and what stands after it is about it. Comments begin with `#`, `;` or `//`. */
export function plainList({ found }: Findings): FeedParser {
  return {
    line(text, number) {
      const entry = text.trim();
      if (entry === '' || COMMENT.test(entry)) return;
      const gap = entry.search(/\s/);
      if (gap < 0) {
        found(number, entry);
        return;
      }
      const about = entry.slice(gap).replace(/^[\s#;/,|-]+/, '');
      found(number, entry.slice(0, gap).replace(/[,;]$/, ''), undefined, about === '' ? {} : { about });
    },
    end() {},
  };
}
