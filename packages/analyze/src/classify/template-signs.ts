import { gatedPatterns } from './gated-patterns.ts';
import { JAVA_SIGNS } from './java-template-signs.ts';
import type { TemplateSign } from './template-sign.ts';

/** The engines of other languages, and includes of servers, the gravest first. */
const OTHER_SIGNS: readonly TemplateSign[] = [
  {
    literals: [
      '{php}',
      '{/php}',
      '{$smarty',
      '{smarty_',
      '{math ',
      '{@math',
      '{fetch ',
      '{eval ',
      '{self::',
      '{literal}',
      '{/literal}',
      '{system',
      '{exec',
      '{passthru',
      '{if ',
      '|system',
      '|exec',
      '|passthru',
      '|shell_exec',
      '| system',
    ],
    needle:
      /\{\/?php\}|\{\$smarty\.|\{smarty_\w|\{@?math\s{1,4}\w{1,12}=|\{(?:fetch\s{1,4}file|eval\s{1,4}var)=|\{self::|\{literal\}\s{0,4}[<{]|\{\/literal\}|\{["'][^"'{}]{1,40}["']\s?\|\s?(?:system|exec|passthru|shell_exec)\b|\{(?:system|exec|passthru|shell_exec)\s{0,4}\(|\{if\s{1,4}(?:system|exec|phpinfo|passthru|readfile)/,
    indicator: 'template_directive',
    danger: 88,
    confidence: 85,
    why: 'a tag of Smarty',
  },
  {
    literals: ['{{<%', '<%[%', '{{#if', '{{#each'],
    needle: /\{\{<%|<%\[%|\{\{#(?:if|each|with)\s{1,4}(?:constructor|__proto__|prototype)\b/,
    indicator: 'template_probe',
    danger: 75,
    confidence: 88,
    why: 'openers of several template engines at once, or a property that every object has',
  },
  {
    literals: ['<!--#', '<!-#', '<!#'],
    needle: /<!-?-?#(?:include|echo|printenv|config|flastmod|fsize|set)\b/,
    indicator: 'server_side_include',
    danger: 65,
    confidence: 88,
    why: 'a server-side include',
  },
  {
    literals: ['<esi:', '<!--esi'],
    needle: /<esi:\w|<!--esi\b/,
    indicator: 'edge_side_include',
    danger: 70,
    confidence: 90,
    why: 'an edge-side include',
  },
  {
    literals: [
      '{{#with',
      '{{call',
      '{{ call',
      '{{printf',
      '{{html',
      '{{js',
      '{{template',
      '{{define',
      '{{ .',
      '{{.',
      '{{block',
    ],
    needle:
      /\{\{#with\s{1,4}["']|\{\{-?\s{0,4}(?:call|printf|html|js|define|template|block)\s{1,4}["'.$]|\{\{-?\s{0,4}\.\w{1,24}\s{1,4}["'.]/,
    indicator: 'template_code',
    danger: 75,
    confidence: 70,
    why: 'a call in a template of Go or Handlebars',
  },
  {
    literals: [
      '{% if',
      '{%if',
      '{% with',
      '{%with',
      '<#if',
      '[#if',
      '#if(',
      '#if (',
      '{if ',
      '@if(',
      '@if (',
    ],
    needle:
      /(?:\{%-?\s{0,4}if|[<[]#if|#if\s?\(|\{if|@if\s?\()\s{0,4}\(?\d{1,6}\s{0,4}(?:[-+*/%]\s{0,4}\d{1,6}\s{0,4})?[=!<>]{1,3}\s{0,4}\d|\{%-?\s{0,4}with\s{1,4}\w{1,20}\s{0,4}=\s{0,4}\d{1,12}\s{0,4}[*+-]\s{0,4}\d/,
    indicator: 'template_probe',
    danger: 75,
    confidence: 80,
    why: 'a condition between two numbers shows whether it is evaluated',
  },
  {
    literals: [
      '{{index',
      '{{ index',
      '{{env',
      '{{ env',
      '{{print',
      '{{ print',
      '{{getenv',
      '{{ getenv',
      '{{len',
      '{{ len',
    ],
    needle:
      /\{\{-?\s{0,4}(?:(?:print(?:ln)?|env|getenv|expandenv)\s{1,4}["'\d]|index\s{1,4}\.\s{1,4}["'\d]|len\s{1,4}\.\s{0,4}-?\})/,
    indicator: 'template_code',
    danger: 70,
    confidence: 65,
    why: 'a function in a template of Go or Sprig',
  },
  {
    literals: ['{{.}}', '{{ . }}', '{{$x', '{{ $x', ':='],
    needle: /^\s{0,4}\{\{\s?\.\s?\}\}\s{0,4}$|\{\{-?\s{0,4}\$\w{0,20}\s{0,4}:=\s{0,4}["'\d]/,
    indicator: 'template_probe',
    danger: 60,
    confidence: 62,
    why: 'everything that a template of Go was given is shown, or a variable set in it',
  },
  {
    literals: ['{% debug', '{%debug', '{% import', '{% ssi', '{% load', '{%import', '{% set', '{%set'],
    needle:
      /\{%-?\s{0,4}(?:debug\s{0,4}-?%|import\s{1,4}\w{1,12}\s{0,4}-?%|ssi\s|set\s{1,4}\w{1,20}\s{0,4}=\s{0,4}\d{1,12}\s{0,4}[*+-]\s{0,4}\d)/,
    indicator: 'template_directive',
    danger: 78,
    confidence: 80,
    why: 'a directive of Django, Jinja2 or Mako that shows or loads what it should not',
  },
  {
    literals: ['@{', '@system.', '@datetime.', '@html.', '@(', '#{function', 'root.process', '@using'],
    needle:
      /@\{\s{0,4}(?:var|int|string|system\.)\s{0,4}\w|(?:^|\s)@\(?system\.\w{1,20}\.|^@(?:datetime\.now|html\.raw\s{0,2}\()|#\{\s{0,4}function\s{0,4}\(|(?:^|[\s=({])root\.process\b/,
    indicator: 'template_code',
    danger: 85,
    confidence: 82,
    why: 'code in a Razor or Pug template',
  },
  {
    literals: ['<%'],
    needle:
      /<%[=!@-]?\s{0,4}(?:[\w.:]{1,60}\s{0,4}\(|`|@?\s{0,4}(?:page|include|import|taglib)\b|import\s|new\s|(?:file|dir|io|response|request|system|exec|require|self)\b\s{0,4}["'.(`]|[-\d('"][^%]{0,24}[*+/])|<%!/,
    indicator: 'template_code',
    danger: 85,
    confidence: 82,
    why: 'a server page tag with code in it',
  },
];

const SIGNS: readonly TemplateSign[] = [...JAVA_SIGNS, ...OTHER_SIGNS];

const FIND = gatedPatterns(SIGNS);

export const TEMPLATE_SIGN_LITERALS: readonly string[] = SIGNS.flatMap((sign) => sign.literals);

export interface TemplateSignMatch {
  readonly indicator: string;
  readonly danger: number;
  readonly confidence: number;
  readonly why: string;
  readonly at: number;
}

/** The gravest sign of a template engine in a text in lower case. */
export function templateSign(lower: string): TemplateSignMatch | undefined {
  const found = FIND(lower);
  if (found === undefined) return undefined;
  const { indicator, danger, confidence, why } = found.pattern;
  return { indicator, danger, confidence, why, at: found.at };
}
