import type { Classifier, PayloadView, Signal } from './classifier.ts';
import { jndiLookup } from './jndi-lookup.ts';
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

/** Names through which an expression reaches what it should not. */
const REACHING =
  /__\w{2,20}__|\bconfig\.|\bself\._|\brequest\.(?:application|environ|class|server|getclass)|\brequest\[|\bruntime\b|\bprocessbuilder\b|\bclass\.forname|\bclass\.(?:base|mro)|freemarker|\bt\(\s{0,4}java|\bjava\.|\bgetclass\b|\.constructor|\bsystem\(|\bexec\(|\bpopen\(|\bregisterundefinedfiltercallback|\b_self\b|\bprocess\.(?:env|mainmodule)|\b(?:global|this)\.process|\brequire\(|\bglobal\.|\bfile\.open|\bio\.popen|\blipsum\b|\bcycler\b|\bjoiner\b|\bphp\}|\bself::|\$smarty|\bread\(|\|\s{0,4}attr\b|\|\s{0,4}(?:filter|map|sort|reduce)\s{0,4}\(\s{0,4}['"]|\bdump\s{0,4}\(|\bfile_excerpt\b|\bsource\s{0,4}\(\s{0,4}['"]|\bsecret_key\b|\bget_flashed_messages\b|\burl_for\.|\bdiagnostics\.process|\bgetclassloader\b|\b(?:request|session)\.(?:get|set)\w{2,20}\s{0,2}\(|^\.(?:data_model|version|globals|main|vars)\b|\benv\.(?:to_a|to_h|each)|\brails\.\w|['"]\s{0,2}[+~]\s{0,2}['"]\w{0,20}__|__\w{1,20}['"]\s{0,2}[+~]|\.signer\.key\b|^%x[([{]|\bos\.(?:system|popen)|["'\])]\s{0,2}\|\s{0,2}(?:system|exec|passthru|shell_exec|popen|assert|phpinfo)\b/;
/** Objects that an engine gives to every template, named alone. */
const GIVEN =
  /^(?:config|self|request|settings|_self|_context|app\.request|\[\]|''|\(\))\s{0,4}(?:\.items\(\)|\|.{0,20})?\s{0,4}$/;
const CONSTANT =
  /^[-+\s(]*(?:\d{1,12}|'[^']{0,20}'|"[^"]{0,20}")\s{0,4}(?:[*+/-]|\*\*|%)\s{0,4}(?:\d{1,12}|'[^']{0,20}'|"[^"]{0,20}")[\s);]*$/;
/** A filter on a constant, or a method of one: `9|add:9`, `"a".toUpperCase()`, `range(5)`. */
const APPLIED =
  /^(?:\d{1,12}\s{0,4}\|\s{0,4}[a-z]{2,16}|["'][^"']{0,20}["']\s{0,4}\.\s{0,4}[a-z]{2,24}\s{0,4}\(|["'][^"']{0,20}["']\s{0,4}\|\s{0,4}(?:upper|lower|length|count|join|reverse|first|last|list|capitalize|title|escape|safe|string|int|float|sort|random|md5|attr|format|e|wordcount|raw|nl2br|split|merge|batch)\b|\[[^\]]{0,40}\]\s{0,4}\|\s{0,4}[a-z]|(?:range|namespace|joiner|cycler|lipsum|dict)\s{0,4}\([^()]{0,20}\)\s{0,4}$|\d{1,6}\s{1,4}if\s{1,4}\d)/;
const PRINTED = /^(?:print|echo|write|return)\s{0,4}\(?/;
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
      const found = expression(inside, at, open);
      if (found !== undefined) return found;
      from = start;
    }
  }
  return undefined;
}

function expression(inside: string, at: number, open: string): Signal | undefined {
  const text = inside.replace(/^[={%\s-]+/, '').replace(PRINTED, '');
  const single = open === '{' || open === '[=';
  if (!single && REACHING.test(text))
    return signal(['template_code'], 92, 92, at, `an expression in ${open} that reaches for code`);
  if (open === '{{' && GIVEN.test(text))
    return signal(
      ['template_probe'],
      75,
      78,
      at,
      'an object that the engine gives to every template is shown',
    );
  if (CONSTANT.test(text) && (!single || (at === 0 && text.includes('*'))))
    return signal(
      ['template_probe'],
      75,
      single ? 65 : 88,
      at,
      `a calculation in ${open} shows whether it is evaluated`,
    );
  if ((open === '{{' || open === '${') && APPLIED.test(text))
    return signal(['template_probe'], 75, 75, at, `a constant in ${open} is put through a filter or method`);
  return undefined;
}
