import { type Address, ManualClock } from '@aegis/model';
import { expect, test } from 'vitest';
import { CrawlerNames } from './crawler-names.ts';
import type { NameLookup } from './name-lookup.ts';

interface Zone {
  readonly names?: Readonly<Record<string, readonly string[]>>;
  readonly addresses?: Readonly<Record<string, readonly string[]>>;
}

function scene({ names = {}, addresses = {} }: Zone) {
  const asked: string[] = [];
  const lookup: NameLookup = {
    async namesOf(address) {
      asked.push(address);
      const found = names[address];
      if (found === undefined) throw new Error('no answer in time');
      return found;
    },
    addressesOf: async (name) => addresses[name] ?? [],
  };
  const clock = new ManualClock(0);
  const crawlers = new CrawlerNames(lookup, clock);
  const proves = (address: string, name = 'Googlebot') => crawlers.proves(address as Address, name);
  /** What is known once the first question has its answer. */
  const known = async (address: string, name?: string) => {
    proves(address, name);
    await crawlers.settled();
    return proves(address, name);
  };
  return { asked, clock, crawlers, proves, known };
}

const HOST = 'crawl-192-0-2-1.googlebot.com';

test('a name in a domain of the crawler that leads back proves it; nobody waits for that', async () => {
  const { proves, known } = scene({
    names: { '192.0.2.1': [`${HOST.toUpperCase()}.`] },
    addresses: { [HOST]: ['192.0.2.1'] },
  });
  expect(proves('192.0.2.1')).toBeUndefined();
  expect(await known('192.0.2.1')).toBe(true);
  expect(await known('192.0.2.1', 'Googlebot-Image')).toBe(true);
});

test.each([
  ['no name', []],
  ['a name of somebody else', ['host.example.net']],
  ['a name that only ends alike', ['evilgooglebot.com']],
  ['the domain as a part of another', ['crawl.googlebot.com.example.net']],
  ['a name that does not lead back', ['crawl-192-0-2-9.googlebot.com']],
])('%s refutes', async (_, names) => {
  const { known } = scene({
    names: { '192.0.2.2': names },
    addresses: { 'crawl-192-0-2-9.googlebot.com': ['192.0.2.9'], 'evilgooglebot.com': ['192.0.2.2'] },
  });
  expect(await known('192.0.2.2')).toBe(false);
});

test('one of another operator is not proved by the name of this one', async () => {
  const { known } = scene({ names: { '192.0.2.1': [HOST] }, addresses: { [HOST]: ['192.0.2.1'] } });
  expect(await known('192.0.2.1', 'bingbot')).toBe(false);
  expect(await known('192.0.2.1', 'SomeOtherBot')).toBeUndefined();
});

test('answers are kept, those that did not come not for long', async () => {
  const { asked, clock, crawlers, proves, known } = scene({ names: { '192.0.2.3': [] } });
  expect(await known('192.0.2.3')).toBe(false);
  expect(await known('192.0.2.4')).toBeUndefined();
  clock.advance(59_000);
  proves('192.0.2.3');
  proves('192.0.2.4');
  expect(asked).toEqual(['192.0.2.3', '192.0.2.4']);
  clock.advance(2_000);
  proves('192.0.2.3');
  proves('192.0.2.4');
  await crawlers.settled();
  expect(asked).toEqual(['192.0.2.3', '192.0.2.4', '192.0.2.4']);
});

test('few are asked at once, however many come', async () => {
  const { asked, crawlers, proves } = scene({});
  for (let n = 0; n < 1_000; n++) proves(`192.0.2.${n % 256}`);
  expect(asked.length).toBe(16);
  await crawlers.settled();
});
