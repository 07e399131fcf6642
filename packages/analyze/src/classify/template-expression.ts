/** What the inside of `{{ }}`, `${ }` and their like would do on a server. */
export interface TemplateExpression {
  readonly indicator: string;
  /** 0-100, as that of a finding. */
  readonly danger: number;
  /** 0-100. */
  readonly confidence: number;
  readonly why: string;
}

/** Names and calls through which an expression reaches what it should not, by who understands them. */
const REACHING: RegExp = anyOf([
  // Python: Jinja2, Tornado, Mako, Django
  /__\w{2,20}__/,
  /\bconfig\.|\bself\._|\bsecret_key\b|\.signer\.key\b/,
  /\brequest\.(?:application|environ|class|server|getclass|args|form|values)\b|\brequest\[/,
  /\b(?:lipsum|cycler|joiner|get_flashed_messages)\b|\burl_for\./,
  /\bpopen\(|\bos\.(?:system|popen)|\bread\(/,
  /\|\s{0,4}attr\b|\bdict\s{0,2}\([^()]{1,40}\)\s{0,2}\|\s{0,2}join/,
  /['"]\s{0,2}[+~]\s{0,2}['"]\w{0,20}__|__\w{1,20}['"]\s{0,2}[+~]/,
  // PHP: Twig, Smarty, Latte
  /\bregisterundefinedfiltercallback|\b_self\b|\bfile_excerpt\b|\bdump\s{0,4}\(|\btemplate_from_string\s{0,2}\(/,
  /\b(?:source|constant|attribute)\s{0,4}\(\s{0,4}['"]/,
  /\|\s{0,4}(?:filter|map|sort|reduce)\s{0,4}\(\s{0,4}['"]/,
  /["'\])]\s{0,2}\|\s{0,2}(?:system|exec|passthru|shell_exec|popen|assert|phpinfo)\b/,
  /\bphp\}|\bself::|\$smarty|\bsystem\(|\bexec\(/,
  // Java: FreeMarker, Velocity, SpEL, OGNL, Thymeleaf
  /\bruntime\b|\bprocessbuilder\b|freemarker|\bjava\.|\bt\(\s{0,4}java/,
  /\bclass\.(?:forname|base|mro)|\bgetclass\b|\bgetclassloader\b/,
  /^\.(?:data_model|version|globals|main|vars)\b|\?(?:eval|api|interpret|new|eval_json)\b/,
  /\b(?:request|session)\.(?:get|set)\w{2,20}\s{0,2}\(/,
  /^#(?:this|root|context)\b|^\(?#\w{1,20}\s{0,2}=|^(?:systemproperties|systemenvironment)\b/,
  // JavaScript: Pug, EJS, Handlebars, Vue
  /\.constructor|\bprocess\.(?:env|mainmodule)|\b(?:global|this)\.process|\brequire\(|\bglobal\./,
  /^(?:globalthis|__proto__|constructor|process|require)\s{0,4}$|\blookup\s{1,4}\S{1,40}\s{1,4}["']constructor/,
  // Ruby: ERB, Slim; .NET: Razor
  /\bfile\.open|\bio\.popen|\brails\.\w|\benv\.(?:to_a|to_h|each)|^env\s{0,2}\[/,
  /\bdiagnostics\.process|^system\.(?:io|environment|reflection)\b/,
]);

/** `%x(id)`, whose sign is one of those that an expression may begin with. */
const RUBY_COMMAND = /^[=\s-]{0,4}%x[([{|]/;

/** Objects that an engine gives to every template, named alone. */
const GIVEN =
  /^(?:config|self|request|settings|_self|_context|app\.(?:request|user)|current_app|g|@root|\$root|\$parent|\[\]|''|\(\))\s{0,4}(?:\.items\(\)|\|.{0,20})?\s{0,4}$/;

const LITERAL = String.raw`(?:0x[\da-f]{1,8}|\d{1,12}(?:\.\d{1,6})?|'[^']{0,20}'|"[^"]{0,20}")`;
/** Literals between operators, with brackets and signs anywhere: nothing but a calculation. */
const CONSTANT = new RegExp(
  String.raw`^[-+!@\s(]{0,8}${LITERAL}[\s)]{0,4}(?:(?:\*\*|[*+/%~-])[-+\s(]{0,4}${LITERAL}[\s)]{0,4}){1,8};?\s{0,4}$`,
);
/** A filter on a constant, or a method of one: `9|add:9`, `"a".toUpperCase()`, `range(5)`. */
const APPLIED: RegExp = anyOf([
  /^\d{1,12}\s{0,4}\|\s{0,4}[a-z]{2,16}/,
  /^["'][^"']{0,20}["']\s{0,4}\.\s{0,4}[a-z]{2,24}\s{0,4}\(/,
  /^["'][^"']{0,20}["']\s{0,4}\|\s{0,4}(?:upper|lower|length|count|join|reverse|first|last|list|capitalize|title|escape|safe|string|int|float|sort|random|md5|attr|format|e|wordcount|raw|nl2br|split|merge|batch)\b/,
  /^\[[^\]]{0,40}\]\s{0,4}\|\s{0,4}[a-z]/,
  /^(?:range|namespace|joiner|cycler|lipsum|dict)\s{0,4}\([^()]{0,20}\)\s{0,4}$/,
  /^\d{1,6}\s{1,4}if\s{1,4}\d/,
  /^(?:\d{1,6}|["'][^"']{0,20}["'])\s{0,2}\?\s{0,2}[a-z]\w{0,20}\s{0,4}$/,
]);
const PRINTED = /^(?:print|echo|write|return)\s{0,4}\(?/;

/**
 * What an expression in lower case between `open` and its end would do, undefined where it only names a value.
 * `begins` says that it begins the value it was found in.
 */
export function templateExpression(
  inside: string,
  open: string,
  begins: boolean,
): TemplateExpression | undefined {
  const text = inside.replace(/^[={%!\s-]+/, '').replace(PRINTED, '');
  // A single bracket stands in prose, in JSON and in patterns as well.
  const single = open === '{' || open === '[=';
  if (!single && (REACHING.test(text) || RUBY_COMMAND.test(inside)))
    return {
      indicator: 'template_code',
      danger: 92,
      confidence: 92,
      why: `an expression in ${open} that reaches for code`,
    };
  if (open === '{{' && GIVEN.test(text))
    return probe(78, 'an object that the engine gives to every template is shown');
  if (CONSTANT.test(text) && (!single || (begins && /[*+]/.test(text))))
    return probe(single ? 65 : 88, `a calculation in ${open} shows whether it is evaluated`);
  if ((open === '{{' || open === '${') && APPLIED.test(text))
    return probe(75, `a constant in ${open} is put through a filter or method`);
  return undefined;
}

function probe(confidence: number, why: string): TemplateExpression {
  return { indicator: 'template_probe', danger: 75, confidence, why };
}

function anyOf(patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map((pattern) => pattern.source).join('|'));
}
