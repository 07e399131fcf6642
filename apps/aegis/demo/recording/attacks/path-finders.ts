import { FORGED_AGENTS } from '../user-agents.ts';
import { type Prompt, SITE, SITE_ADDRESS, type Step, type Tool } from '../visit.ts';

const DIRB = '/usr/share/dirb/wordlists';
const LISTS = [
  'small.txt',
  'common.txt',
  'vulns/apache.txt',
  'vulns/cgis.txt',
  'vulns/tomcat.txt',
  'vulns/jboss.txt',
  'vulns/iis.txt',
  'vulns/weblogic.txt',
  'vulns/sharepoint.txt',
  'vulns/ror.txt',
];

function words(prompt: Prompt): string {
  const lines = prompt.list(`${DIRB}/${prompt.pick(LISTS)}`).filter((line) => /^[!-~]+$/.test(line));
  return prompt.file(prompt.some(lines, prompt.between(40, 300)));
}

function target({ chance }: Prompt): string {
  return chance(0.75) ? SITE : `http://${SITE_ADDRESS}`;
}

export const dirb: Tool = (prompt) => [
  {
    run: [
      'dirb',
      `${target(prompt)}/`,
      words(prompt),
      '-S',
      '-r',
      '-w',
      ...(prompt.chance(0.3) ? ['-a', prompt.pick(FORGED_AGENTS)] : []),
      ...(prompt.chance(0.3) ? ['-X', '.php,.bak'] : []),
    ],
  },
];

/** Slow enough to stay below a naive rate limit. */
export const slowDirb: Tool = (prompt) => {
  const lines = prompt.list(`${DIRB}/small.txt`);
  const few = prompt.file(prompt.some(lines, prompt.between(14, 26)));
  return [{ run: ['dirb', `${SITE}/`, few, '-S', '-r', '-w', '-z', '2000'], seconds: 70 }];
};

export const gobuster: Tool = (prompt) => [
  {
    run: [
      'gobuster',
      'dir',
      '-u',
      target(prompt),
      '-w',
      words(prompt),
      '-q',
      '-z',
      '-t',
      String(prompt.between(2, 10)),
      ...(prompt.chance(0.25) ? ['--random-agent'] : []),
      ...(prompt.chance(0.25) ? ['-x', prompt.pick(['php', 'php,txt', 'bak,old', 'zip'])] : []),
      ...(prompt.chance(0.15) ? ['-d'] : []),
    ],
  },
];

export const gobusterHosts: Tool = ({ file, some, list, between }) => [
  {
    run: [
      'gobuster',
      'vhost',
      '-u',
      SITE,
      '-w',
      file(some(list(`${DIRB}/small.txt`), between(30, 120))),
      '--append-domain',
      '-q',
      '-z',
    ],
  },
];

export const ffuf: Tool = (prompt) => [
  {
    run: [
      'ffuf',
      '-s',
      '-w',
      words(prompt),
      '-u',
      prompt.pick([
        `${target(prompt)}/FUZZ`,
        `${SITE}/admin/FUZZ`,
        `${SITE}/backup/FUZZ`,
        `${SITE}/product?FUZZ=1`,
      ]),
      '-t',
      String(prompt.between(2, 20)),
      '-mc',
      '200,301,302,403',
      ...(prompt.chance(0.4) ? ['-H', `User-Agent: ${prompt.pick(FORGED_AGENTS)}`] : []),
    ],
  },
];

function dirsearchWith(list: string, { folder }: Prompt, ...more: readonly string[]): readonly Step[] {
  const out = ['-q', '--no-color', '-o', `${folder()}/report`];
  return [{ run: ['dirsearch', '-u', SITE, '-w', list, '-e', 'php', '-t', '5', ...out, ...more] }];
}

export const dirsearch: Tool = (prompt) => dirsearchWith(words(prompt), prompt);

/** Another browser's name with every request: as many sessions as requests. */
export const dirsearchDisguised: Tool = (prompt) => {
  const lines = prompt.list(`${DIRB}/small.txt`);
  return dirsearchWith(prompt.file(prompt.some(lines, 12)), prompt, '--random-agent');
};
