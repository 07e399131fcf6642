import { type Prompt, SITE, type Step, type Tool } from '../visit.ts';

const PAGES = [
  '/',
  '/shop',
  '/shop?category=vegetables',
  '/shop?category=herbs',
  '/shop?category=flowers',
  '/product?id=1',
  '/product?id=3',
  '/product?id=5',
  '/product?id=9',
  '/product?id=12',
  '/journal',
  '/journal/tomatoes-outdoors',
  '/journal/saving-your-own-bean-seed',
  '/journal/a-bed-for-hoverflies',
  '/about',
  '/delivery',
  '/contact',
  '/search?q=sweet+pea',
  '/search?q=basil',
] as const;

function readInTurn(prompt: Prompt, command: readonly string[]): readonly Step[] {
  const pages = Array.from({ length: prompt.between(1, 5) }, () => prompt.pick(PAGES));
  return pages.flatMap((path, i): readonly Step[] => [
    ...(i > 0 ? [{ pauseMs: prompt.between(1500, 6000) }] : []),
    { run: [...command, `${SITE}${path}`] },
  ]);
}

export const lynx: Tool = (prompt) => readInTurn(prompt, ['lynx', '-dump']);
export const w3m: Tool = (prompt) => readInTurn(prompt, ['w3m', '-dump']);

/** It would tell the kernel of the machine that records. */
const LINKS_AGENT = 'Links (2.28; Linux 6.1.0-18-amd64 x86_64; GNU C 12.2; dump)';
export const links: Tool = (prompt) =>
  readInTurn(prompt, ['links', '-http.fake-user-agent', LINKS_AGENT, '-dump']);

export const newsboat: Tool = (prompt) => {
  const folder = prompt.folder();
  const urls = prompt.file([`${SITE}/${prompt.pick(['feed.xml', 'atom.xml', 'rss.xml'])}`]);
  const reload = ['newsboat', '-u', urls, '-c', `${folder}/cache.db`, '-x', 'reload'];
  const again: readonly Step[] = [{ pauseMs: prompt.between(8000, 20_000) }, { run: reload }];
  return [{ run: reload }, ...(prompt.chance(0.5) ? again : [])];
};

const READ_FEED = `import sys, feedparser
first = feedparser.parse(sys.argv[1])
feedparser.parse(sys.argv[1], etag=first.get('etag'), modified=first.get('modified'))`;

export const feedparser: Tool = ({ pick }) => [
  { run: ['python3', '-c', READ_FEED, `${SITE}/${pick(['feed.xml', 'atom.xml', 'feed'])}`] },
];
