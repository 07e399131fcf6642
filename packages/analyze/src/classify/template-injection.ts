import type { Classifier, PayloadView, Signal } from './classifier.ts';
import { jndiLookup } from './jndi-lookup.ts';
import { templateExpression } from './template-expression.ts';
import { TEMPLATE_SIGN_LITERALS, templateSign } from './template-signs.ts';

/** What opens and closes an expression, the longer ones first. */
const OPENERS: readonly (readonly [open: string, close: string])[] = [
  ['{{', '}}'],
  ['${', '}'],
  ['#{', '}'],
  ['*{', '}'],
  ['@{', '}'],
  ['~{', '}'],
  ['%{', '}'],
  ['$!{', '}'],
  ['<%', '%>'],
  ['{%', '%}'],
  ['[%', '%]'],
  ['[=', ']'],
  ['[[', ']]'],
  ['{#', '#}'],
  ['@(', ')'],
  ['{', '}'],
];

const LONGEST_EXPRESSION = 1_024;
const MAX_EXPRESSIONS = 64;

/** Expressions that a template engine or an expression language on the server would evaluate. */
export const templateInjection: Classifier = {
  triggers: [
    ...TEMPLATE_SIGN_LITERALS,
    '{{',
    '${',
    '#{',
    '*{',
    '@{',
    '~{',
    '%{',
    '$!{',
    '{%',
    '[%',
    '[=',
    '[[',
    '{#',
    '@(',
    '__class__',
    ...Array.from('0123456789(', (start) => `{${start}`),
  ],

  classify(view: PayloadView): Signal | undefined {
    const { lower } = view;
    const jndi = jndiLookup(lower);
    if (jndi >= 0)
      return signal(
        ['log4shell_jndi'],
        96,
        98,
        jndi,
        'a JNDI look-up that makes a logger load code (CVE-2021-44228)',
      );
    const sign = templateSign(lower);
    if (sign !== undefined) return signal([sign.indicator], sign.danger, sign.confidence, sign.at, sign.why);
    return expressions(lower);
  },
};

function signal(
  indicators: readonly string[],
  danger: number,
  confidence: number,
  at: number,
  why: string,
): Signal {
  return {
    attackType: 'template_injection',
    indicators,
    techniques: ['T1190', 'T1059'],
    danger,
    confidence,
    at,
    why,
  };
}

function expressions(lower: string): Signal | undefined {
  for (const [open, close] of OPENERS) {
    let from = 0;
    for (let seen = 0; seen < MAX_EXPRESSIONS; seen++) {
      const at = lower.indexOf(open, from);
      if (at < 0) break;
      const start = at + open.length;
      const limit = lower.slice(start, start + LONGEST_EXPRESSION);
      const end = limit.indexOf(close);
      // Brackets stand in prose and in links as well: there only a closed pair counts.
      if (end < 0 && open.startsWith('[')) break;
      const inside = end < 0 ? limit : limit.slice(0, end);
      const found = templateExpression(inside, open, at === 0);
      if (found !== undefined)
        return signal([found.indicator], found.danger, found.confidence, at, found.why);
      from = start;
    }
  }
  return undefined;
}
