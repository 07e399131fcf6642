import type { Classifier, PayloadView, Signal } from './classifier.ts';
import { jndiLookup } from './jndi-lookup.ts';

const OPENERS: readonly (readonly [open: string, close: string])[] = [
  ['{{', '}}'],
  ['${', '}'],
  ['#{', '}'],
  ['*{', '}'],
  ['@{', '}'],
  ['<%', '%>'],
  ['{%', '%}'],
  ['[[', ']]'],
  ['{#', '#}'],
  ['@(', ')'],
  ['{', '}'],
];

/** Names through which an expression reaches what it should not. */
const REACHING =
  /__(?:class|mro|subclasses|globals|builtins|init|import|base)__|\bconfig\.|\bself\._|\brequest\.(?:application|environ|class)|\bruntime\b|\bprocessbuilder\b|\bclass\.forname|freemarker|\bt\(\s{0,4}java|\bjava\.|\bgetclass\b|\.constructor|\bsystem\(|\bexec\(|\bpopen\(|\bregisterundefinedfiltercallback|\b_self\b|\bprocess\.(?:env|mainmodule)|\brequire\(|\bglobal\.|\bfile\.open|\bio\.popen|\blipsum\b|\bcycler\b|\bjoiner\b|\bphp\}|\bself::|\$smarty|\bread\(/;
const CONSTANT =
  /^[-+\s(]*(?:\d{1,12}|'[^']{0,20}'|"[^"]{0,20}")\s{0,4}(?:[*+/-]|\*\*|%)\s{0,4}(?:\d{1,12}|'[^']{0,20}'|"[^"]{0,20}")[\s);]*$/;
const LONGEST_EXPRESSION = 1_024;
const MAX_EXPRESSIONS = 64;

/** Expressions that a template engine or an expression language on the server would evaluate. */
export const templateInjection: Classifier = {
  triggers: [
    '{{',
    '${',
    '#{',
    '*{',
    '@{',
    '<%',
    '{%',
    '[[',
    '{#',
    '@(',
    '{php}',
    '{system',
    '{if ',
    '<!--#',
    '<#assign',
    '#set(',
    't(java',
    '__class__',
    '<!-#',
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
    const include = lower.search(/<!-?-?#(?:include|echo|printenv|config|flastmod|fsize|set)\b/);
    if (include >= 0) return signal(['server_side_include'], 65, 88, include, 'a server-side include');
    const directive = lower.search(/<#assign\s|#set\s{0,4}\(\s{0,4}\$|\{(?:php|\/php)\}/);
    if (directive >= 0)
      return signal(['template_directive'], 80, 85, directive, 'a directive of a template engine');
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
      const inside = end < 0 ? limit : limit.slice(0, end);
      const found = expression(inside, at, open);
      if (found !== undefined) return found;
      from = start;
    }
  }
  return undefined;
}

function expression(inside: string, at: number, open: string): Signal | undefined {
  const text = inside.replace(/^[={%\s]+/, '');
  if (REACHING.test(text) && open !== '{')
    return signal(['template_code'], 92, 92, at, `an expression in ${open} that reaches for code`);
  if (open === '{' && /^(?:system|exec|passthru|\$smarty)/.test(text))
    return signal(['template_code'], 92, 85, at, 'a Smarty tag that runs code');
  if (CONSTANT.test(text) && open !== '{' && open !== '[[')
    return signal(['template_probe'], 75, 88, at, `a calculation in ${open} shows whether it is evaluated`);
  if (open === '<%' && /^\s{0,4}(?:=|response|system|exec|file|import|new|require|`)/.test(inside))
    return signal(['template_code'], 85, 80, at, 'a server page tag');
  return undefined;
}
