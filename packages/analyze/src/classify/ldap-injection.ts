import type { Classifier, PayloadView, Signal } from './classifier.ts';

const ATTRIBUTE =
  '(?:objectclass|uid|cn|sn|mail|user|username|userpassword|password|samaccountname|member|ou|dc|givenname)';
const FILTERS: readonly (readonly [needle: RegExp, confidence: number, why: string])[] = [
  [
    new RegExp(`\\*?\\)\\s{0,4}\\(\\s{0,4}\\(?[|&!]?\\s{0,4}\\(?${ATTRIBUTE}\\s{0,4}[~<>]?=`),
    92,
    'a filter is closed and another added',
  ],
  [
    /\*\)\s{0,4}\(\s{0,4}[|&!]|\)\s{0,4}\(\s{0,4}[|&]\s{0,4}(?:\(|$)/,
    80,
    'a filter is closed and another begun',
  ],
  [
    new RegExp(`\\(\\s{0,4}[|&!]\\s{0,4}\\(\\s{0,4}${ATTRIBUTE}\\s{0,4}[~<>]?=`),
    85,
    'an LDAP filter in a value',
  ],
  [
    new RegExp(`[*|&]\\s{0,4}\\(\\s{0,4}[|&]?\\s{0,4}\\(?${ATTRIBUTE}\\s{0,4}=\\s{0,4}\\*`),
    88,
    'a filter that matches everybody',
  ],
  [
    /^[^()]{0,60}\){1,4}\s{0,4}\(\s{0,4}(?:[|&!]|[a-z][\w.:;-]{1,60}[~<>:]?=)/,
    82,
    'a bracket that was not opened is closed and another filter begun',
  ],
  [/^\*\)+(?:\(|%00|\0|$)|\)\)\(\||\*\)\)%?0?0?$|\*\(\)\|&/, 70, 'brackets of a filter are closed'],
  [/^\w{1,20}=[\w ]{0,20}\*\){1,3}$/, 65, 'the end of a filter that matches everybody'],
  [/^(?:admin|administrator|root)\*$/, 55, 'the name of an account with a wildcard'],
  [/^\*[|&]/, 60, 'a wildcard and an operator of a filter'],
  [new RegExp(`\\(${ATTRIBUTE}=\\*\\)`), 75, 'a filter that matches everybody'],
  [
    /^\s{0,4}\([a-z][\w.:;-]{1,60}[~<>:]?=[^()]{0,120}\)\s{0,4}\([a-z][\w.:;-]{1,60}[~<>:]?=[^()]{0,120}\)/,
    72,
    'two conditions of a filter in a value',
  ],
];

/** Pieces of LDAP search filters (RFC 4515) that change the filter they are put into. */
export const ldapInjection: Classifier = {
  triggers: [
    '*)',
    '*|',
    '*&',
    'admin*',
    'administrator*',
    'root*',
    ')(',
    ') (',
    '(|',
    '(&',
    '(!',
    '=*',
    '*(',
    '\\2',
    '\\7c',
    '\\3d',
    '\\00',
  ],

  classify(view: PayloadView): Signal | undefined {
    if (ESCAPES_ONLY.test(view.lower))
      return signal(0, 62, 'nothing but escaped characters of a filter (RFC 4515, section 3)');
    const text = unescaped(view.lower);
    for (const [needle, confidence, why] of FILTERS) {
      const at = text.search(needle);
      if (at >= 0) return signal(at, confidence, why);
    }
    return undefined;
  },
};

const ESCAPES_ONLY = /^(?:\\(?:2[1689a]|7c|3d|00)){1,8}$/;

function signal(at: number, confidence: number, why: string): Signal {
  return {
    attackType: 'ldap_injection',
    indicators: ['ldap_filter'],
    techniques: ['T1190'],
    danger: 65,
    confidence,
    at,
    why,
  };
}

/** `\28`, `\2a`: the escapes of RFC 4515, section 3. */
function unescaped(lower: string): string {
  return lower.includes('\\2')
    ? lower.replace(/\\(2[1689a]|7c|3d)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : lower;
}
