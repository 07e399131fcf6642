import { SITE, type Step, type Tool } from '../visit.ts';

/** Small jobs that people and scripts do with curl. */
const CURL_JOBS: readonly (readonly (readonly string[])[])[] = [
  [[`${SITE}/api/v1/status`]],
  [[`${SITE}/api/v1/products`], [`${SITE}/api/v1/products/3`]],
  [[`${SITE}/api/v1/products?category=herbs`]],
  [['-I', `${SITE}/`]],
  [['-L', `${SITE}/account`]],
  [['--compressed', `${SITE}/feed.xml`]],
  [['-z', '2025-11-01', `${SITE}/sitemap.xml`]],
  [[`${SITE}/robots.txt`], [`${SITE}/sitemap.xml`]],
  [['-d', 'name=Ada&email=ada%40mail.example&message=Is+the+leek+seed+back%3F', `${SITE}/contact`]],
  [[`${SITE}/assets/img/flowers.svg`], [`${SITE}/favicon.ico`]],
  [
    [
      '-F',
      'title=First beans',
      '-F',
      'photo=not really a picture;filename=beans.jpg;type=image/jpeg',
      `${SITE}/photos`,
    ],
  ],
  [['-G', '--data-urlencode', 'q=broad & flat: parsley (2 kinds)', `${SITE}/search`]],
];

export const curl: Tool = ({ pick, between }) => {
  const job = pick(CURL_JOBS);
  return job.flatMap((call): readonly Step[] => [
    { run: ['curl', '-s', '-m', '10', '-o', '/dev/null', ...call] },
    { pauseMs: between(100, 1500) },
  ]);
};

/** Looks every few seconds whether the shop is up. */
export const curlMonitor: Tool = ({ between }) => {
  const check: Step = { run: ['curl', '-s', '-m', '10', '-o', '/dev/null', `${SITE}/api/v1/status`] };
  return Array.from({ length: between(3, 6) }, () => [check, { pauseMs: between(4000, 6000) }]).flat();
};

export const wget: Tool = ({ pick, folder, chance }) => {
  const into = ['-q', '-P', folder()];
  const mirror = ['wget', '-r', '-l', pick(['1', '2']), '-w', '0.5', '--random-wait', ...into, `${SITE}/`];
  const single = [
    'wget',
    ...into,
    `${SITE}${pick(['/journal/tomatoes-outdoors', '/feed.xml', '/delivery'])}`,
  ];
  const page = ['wget', '-p', '-k', ...into, `${SITE}${pick(['/', '/shop', '/product?id=9'])}`];
  return [{ run: chance(0.4) ? mirror : chance(0.5) ? single : page, seconds: 35 }];
};

const HTTPIE_JOBS: readonly (readonly (readonly string[])[])[] = [
  [
    ['GET', `${SITE}/api/v1/products`],
    ['GET', `${SITE}/api/v1/products/5`],
  ],
  [['GET', `${SITE}/api/v1/status`]],
  [['GET', `${SITE}/search`, 'q==chives']],
  [['--form', 'POST', `${SITE}/contact`, 'name=Bo', 'message=Thank you, they came up!']],
  [['HEAD', `${SITE}/shop`]],
  [['GET', `${SITE}/api/v1/products`, 'category==flowers']],
];

export const httpie: Tool = ({ pick, between }) =>
  pick(HTTPIE_JOBS).flatMap((call): readonly Step[] => [
    { run: ['http', '--ignore-stdin', '--timeout', '10', ...call] },
    { pauseMs: between(300, 2500) },
  ]);

const PRICE_LIST = `import json, time, urllib.request
site = '${SITE}/api/v1/products'
items = json.load(urllib.request.urlopen(site))['items']
for item in items[:4]:
    time.sleep(0.7)
    urllib.request.urlopen(site + '/' + str(item['id'])).read()`;

export const pythonScript: Tool = () => [{ run: ['python3', '-c', PRICE_LIST] }];
