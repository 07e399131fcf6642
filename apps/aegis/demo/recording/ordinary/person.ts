import { BROWSER_AGENTS } from '../user-agents.ts';
import type { Act, Prompt, Tool } from '../visit.ts';

const ARRIVALS: readonly Act[] = [
  { open: '/' },
  { open: '/' },
  { open: '/shop' },
  { open: '/journal/tomatoes-outdoors', from: 'http://search.example/?q=tomatoes+outdoors' },
  { open: '/product?id=9', from: 'http://search.example/?q=sweet+pea+seed' },
  { open: '/journal', from: 'http://allotments.example/links' },
  { open: '/shop?category=flowers' },
  { open: '/catalogue-2019', from: 'http://allotments.example/links' },
];

/** What people look for; some of it looks like an attack to a careless eye. */
const SEARCHES = [
  'tomato',
  'sweet pea',
  "lady's mantle",
  'beans & leeks',
  'select early union white',
  'drop-shaped beetroot',
  'price < £3',
  'basil or parsley',
  '1=2 trays?',
  'scripted labels',
  'chives -- cut',
  'Rübe',
];

const SCREENS = [
  [1920, 1080],
  [1366, 768],
  [1536, 864],
  [1440, 900],
  [412, 915],
  [820, 1180],
] as const;

function errand({ pick, chance }: Prompt): readonly Act[] {
  if (chance(0.35)) return [{ form: '/search', fill: { q: pick(SEARCHES) } }];
  if (chance(0.15)) {
    const message = pick(['Do you post to islands?', "The dibber's handle is loose. What now?"]);
    return [
      { open: '/contact' },
      { form: '/contact', fill: { name: "Mary O'Dell", email: 'mary@mail.example', message } },
    ];
  }
  if (chance(0.12)) {
    const fill = {
      username: pick(['allotment12', "mary.o'dell", 'j.wether']),
      password: pick(['Bluebell7', 'marrow!fat']),
    };
    return [{ open: '/login' }, { form: '/login', fill }];
  }
  return [];
}

export const person: Tool = (prompt) => {
  const { pick, between } = prompt;
  const [width, height] = pick(SCREENS);
  const read = (): Act => ({ readMs: between(1200, 6000) });
  const clicks = Array.from({ length: between(1, 5) }, (): readonly Act[] => [
    read(),
    { follow: 'any' },
  ]).flat();
  const wish = errand(prompt);
  return [
    {
      browse: {
        userAgent: pick(BROWSER_AGENTS),
        width,
        height,
        language: pick(['en-GB', 'en-US', 'de-DE', 'fr-FR', 'nl-NL']),
        acts: [pick(ARRIVALS), ...clicks, ...wish.flatMap((act) => [read(), act]), read()],
      },
    },
  ];
};
