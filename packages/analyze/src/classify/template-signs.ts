import { type GatedPattern, gatedPatterns } from './gated-patterns.ts';

interface TemplateSign extends GatedPattern {
  readonly indicator: string;
  readonly danger: number;
  readonly confidence: number;
  readonly why: string;
}

/** Syntax of one template engine or expression language that stands for itself, the gravest first. */
const SIGNS: readonly TemplateSign[] = [
  {
    literals: [
      '#_memberaccess',
      '#context',
      '@ognl',
      'xwork.',
      '#attr[',
      '#application',
      '@java.lang',
      '#_=',
      '#rt=',
    ],
    needle:
      /#_memberaccess|#context[.[]|@ognl\.|xwork\.\w|#attr\[|#application[.[]|@java\.lang\.|\(#_=|#rt=@/,
    indicator: 'template_code',
    danger: 95,
    confidence: 95,
    why: 'OGNL reaches for the context of Struts',
  },
  {
    literals: ['?new()', '?api.', '?eval', 'freemarker.template'],
    needle: /["')\]]\?(?:new\(\)|api\.|eval\b|interpret)|freemarker\.template/,
    indicator: 'template_code',
    danger: 92,
    confidence: 92,
    why: 'a built-in of FreeMarker that makes objects',
  },
  {
    literals: [
      '.class',
      '.getclass(',
      '.class.forname',
      '.class.inspect',
      '$class.',
      '.getruntime(',
      't(java',
      'rt:getruntime',
    ],
    needle:
      /[\w")\]]\.getclass\s{0,4}\(|^\$[a-z]\w{0,20}\.class\s{0,4}$|\.class\.(?:forname|inspect|getclassloader)|\$class\.\w|\bt\(\s{0,4}java\.|\.getruntime\s{0,4}\(/,
    indicator: 'template_code',
    danger: 92,
    confidence: 88,
    why: 'an expression reaches for Java classes',
  },
  {
    literals: [
      '<#assign',
      '<#list',
      '<#include',
      '<#import',
      '<#function',
      '[#assign',
      '[#include',
      '[#list',
    ],
    needle: /[<[]#(?:assign|list|include|import|function|macro)\s/,
    indicator: 'template_directive',
    danger: 80,
    confidence: 85,
    why: 'a directive of FreeMarker',
  },
  {
    literals: ['#set', '#evaluate', '#include(', '#parse', '#foreach'],
    needle:
      /(?:^|[^&\w])#(?:set\s{0,4}\(\s{0,4}\$|evaluate\s{0,4}\(|include\s{0,4}\(\s{0,4}["'$]|parse\s{0,4}\(\s{0,4}["'$]|foreach\s{0,4}\(\s{0,4}\$)/,
    indicator: 'template_directive',
    danger: 80,
    confidence: 85,
    why: 'a directive of Velocity',
  },
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
      '${env:',
      '${sys:',
      '${java:',
      '${script:',
      '${url:',
      '${dns:',
      '${ctx:',
      '${main:',
      '${docker:',
      '${k8s:',
      '${file:',
      '${const:',
      '${base64',
      '${url',
      '${resourcebundle:',
      '${bundle:',
      '${xml:',
      '${properties:',
      '${spring:',
      '${web:',
      '${lower:',
      '${upper:',
      '${jvmrunargs:',
      '${log4j:',
    ],
    needle:
      /\$\{(?:env|sys|java|script|url(?:de|en)?(?:coder)?|dns|ctx|main|docker|k8s|file|const|base64(?:de|en)coder|(?:resource)?bundle|xml|properties|spring|web|lower|upper|jvmrunargs|log4j):[\w/:.-]/,
    indicator: 'lookup_expression',
    danger: 75,
    confidence: 75,
    why: 'a look-up of Log4j or Commons Text',
  },
  {
    literals: [
      'applicationscope',
      'sessionscope',
      'requestscope',
      'pagecontext',
      'facescontext',
      'initparam',
    ],
    needle:
      /[$#]\{\s{0,4}(?:applicationscope|sessionscope|requestscope|pagecontext|facescontext|initparam)\b/,
    indicator: 'template_code',
    danger: 80,
    confidence: 88,
    why: 'an implicit object of the expression language of Java pages',
  },
  {
    literals: ['redirect:', 'redirectaction:', 'action:'],
    needle: /(?:^|[?&])(?:redirect|redirectaction|action):[$%#]\{/,
    indicator: 'template_code',
    danger: 90,
    confidence: 92,
    why: 'a prefix of Struts that evaluates what follows (CVE-2013-2251)',
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
    literals: ['__${'],
    needle: /__\$\{[^}]{1,200}\}__/,
    indicator: 'template_code',
    danger: 88,
    confidence: 85,
    why: 'an expression that Thymeleaf evaluates beforehand',
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
