import { afterEach, beforeEach, expect, test, vi } from 'vitest';

interface Decision {
  readonly id: string;
  readonly created: string;
  readonly expires: string;
}

interface Book {
  load(): Promise<void>;
  change(kind: string, decision: Decision): void;
  inForce(): { readonly decisions: readonly Decision[]; readonly isWhole: boolean } | undefined;
}

interface PageAsked {
  readonly limit: number;
  readonly cursor?: string;
}

interface Pages {
  get(path: string, query: PageAsked): Promise<unknown>;
}

const { createDecisionBook } = (await import(new URL('decision-book.js', import.meta.url).href)) as {
  readonly createDecisionBook: (api: Pages) => Book;
};

const NOW = Date.UTC(2026, 0, 1);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});

afterEach(() => {
  vi.useRealTimers();
});

const decision = (number: number, seconds = 60): Decision => ({
  id: `d-${String(number).padStart(5, '0')}`,
  created: new Date(NOW - 1_000_000 + number).toISOString(),
  expires: new Date(NOW + seconds * 1_000).toISOString(),
});

/** A node with this many decisions, the newest first. */
function pagesOf(count: number): Pages {
  const all = Array.from({ length: count }, (_, index) => ({ decision: decision(count - index) }));
  return {
    async get(_path, { limit, cursor = '0' }) {
      const end = Number(cursor) + limit;
      const decisions = all.slice(Number(cursor), end);
      return end < count ? { decisions, next: String(end) } : { decisions };
    },
  };
}

const idsIn = (book: Book): readonly string[] => (book.inForce()?.decisions ?? []).map(({ id }) => id);

test('reads page after page', async () => {
  const book = createDecisionBook(pagesOf(1_234));
  expect(book.inForce(), 'not known is not none').toBeUndefined();
  await book.load();
  expect(book.inForce()).toMatchObject({ isWhole: true, decisions: { length: 1_234 } });
  expect(book.inForce()?.decisions[0]).toEqual(decision(1_234));
});

test('holds no more than it says, and says that there are more', async () => {
  const book = createDecisionBook(pagesOf(5_000));
  await book.load();
  expect(book.inForce()).toMatchObject({ isWhole: false, decisions: { length: 2_000 } });
  for (let number = 5_001; number < 10_000; number++) book.change('made', decision(number));
  expect(book.inForce()).toMatchObject({ isWhole: false, decisions: { length: 2_000 } });
  expect(idsIn(book)[0]).toBe('d-09999');
});

test('follows changes, those it already knows too', async () => {
  const book = createDecisionBook(pagesOf(2));
  await book.load();
  book.change('made', decision(3));
  book.change('made', decision(3));
  book.change('lifted', decision(1));
  book.change('lifted', decision(1));
  book.change('extended', decision(2, 600));
  expect(idsIn(book)).toEqual(['d-00003', 'd-00002']);
  expect(book.inForce()?.decisions[1]?.expires).toBe(decision(2, 600).expires);
});

test('what has ended is gone without being told', async () => {
  const book = createDecisionBook(pagesOf(2));
  await book.load();
  book.change('extended', decision(2, 600));
  vi.setSystemTime(NOW + 61_000);
  expect(idsIn(book)).toEqual(['d-00002']);
});
