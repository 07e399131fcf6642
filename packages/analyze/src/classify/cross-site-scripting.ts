import type { Classifier, PayloadView, Signal } from './classifier.ts';
import { closedMarkup } from './closed-markup.ts';
import { type HtmlTag, htmlTags } from './html-tags.ts';
import { isDisguisedNumber } from './internal-host.ts';
import { literalScan } from './literal-scan.ts';
import { SCRIPT_LITERALS, scriptExpression } from './script-expression.ts';

/** Tags that run or load something; in the value of a parameter they have no ordinary use. */
const ACTIVE_TAGS: ReadonlySet<string> = new Set([
  'script',
  'iframe',
  'frame',
  'frameset',
  'object',
  'embed',
  'applet',
  'svg',
  'math',
  'base',
  'meta',
  'link',
  'style',
  'layer',
  'ilayer',
  'bgsound',
  'isindex',
  'marquee',
  'xml',
  'import',
  'portal',
  'noembed',
  'handler',
  'listener',
  'animate',
  'set',
  'foreignobject',
  'event-source',
  'comment',
  'plaintext',
  'xss',
]);

const URL_ATTRIBUTES: ReadonlySet<string> = new Set([
  'href',
  'src',
  'action',
  'formaction',
  'data',
  'background',
  'dynsrc',
  'lowsrc',
  'poster',
  'xlink:href',
  'to',
  'from',
  'values',
  'value',
  'content',
  'code',
  'codebase',
  'srcdoc',
  'cite',
  'fscommand',
  'url',
  'size',
  'link',
]);

const SCRIPT_SCHEMES = [
  'javascript:',
  'vbscript:',
  'livescript:',
  'mocha:',
  'data:text/html',
  'data:image/svg',
  'data:,',
];
const ACTIVE_STYLES = literalScan([
  'expression(',
  'javascript:',
  'vbscript:',
  '-moz-binding',
  'binding:',
  'behavior:',
  '@import',
  'expression\\28',
]);

/** Markup and script that a browser would run if the page showed the text as it is. */
export const crossSiteScripting: Classifier = {
  triggers: [
    ...SCRIPT_LITERALS,
    '![]',
    '[][',
    '+[]',
    '<',
    'javascript:',
    'vbscript:',
    'livescript:',
    'script:',
    'alert',
    'prompt',
    'confirm',
    'eval',
    'document.',
    'window.',
    'fromcharcode',
    'onerror',
    'onload',
    'onclick',
    'onfocus',
    'onmouse',
    'on',
    '-moz-binding',
    'expression(',
    'data:text/html',
    'top[',
    'self[',
    'constructor',
    'import(',
  ],

  classify(view: PayloadView): Signal | undefined {
    const { lower } = view;
    if (lower.includes('<')) {
      const found = markup(lower) ?? (lower.includes('\0') ? markup(lower.replaceAll('\0', '')) : undefined);
      if (found !== undefined) return found;
    }
    return brokenAttribute(lower) ?? scriptScheme(lower) ?? bracketCode(lower) ?? expression(view);
  },
};

function signal(indicator: string, danger: number, confidence: number, at: number, why: string): Signal {
  return {
    attackType: 'cross_site_scripting',
    indicators: [indicator],
    techniques: ['T1059.007', 'T1190'],
    danger,
    confidence,
    at,
    why,
  };
}

function markup(lower: string): Signal | undefined {
  let weak: Signal | undefined;
  for (const tag of htmlTags(lower)) {
    const strong = activeAttribute(tag);
    if (strong !== undefined) return strong;
    // "the <script> tag is used for": words on both sides, and no script.
    if (tag.name === 'script') {
      if (isMentioned(lower, tag.at)) continue;
      return signal('reflected_script', 75, 95, tag.at, 'a <script> tag');
    }
    // A drawing that says what it is has its script, if any, in tags of its own.
    const drawing = tag.attributes.some(({ name }) => name === 'xmlns') && !lower.includes('http-equiv');
    // `Map<object, string>` is a type.
    const type = tag.name === 'object' && tag.attributes.length === 0;
    if (ACTIVE_TAGS.has(tag.name) && !drawing && !type)
      weak ??= signal('active_markup', 60, 75, tag.at, `an active <${tag.name}> tag`);
  }
  const load = lower.search(/<\?(?:import\b|xml:namespace\b)|\bxmlns:xss\b|\bdatasrc\s{0,4}=/);
  if (load >= 0) return signal('active_markup', 60, 80, load, 'markup that loads more from elsewhere');
  const open = lower.search(/<[\s/\0%]{0,8}script/);
  if (open >= 0 && !isMentioned(lower, open))
    return signal('reflected_script', 75, 85, open, 'a disguised <script> tag');
  if (weak !== undefined) return weak;
  const closed = closedMarkup(lower);
  return closed && signal(closed.indicator, 60, closed.confidence, closed.at, closed.why);
}

function isMentioned(lower: string, at: number): boolean {
  return (
    /[a-z]{2,} ["'`]?$/.test(lower.slice(Math.max(0, at - 12), at)) &&
    MENTIONED.test(lower.slice(at, at + 48))
  );
}

/** A bare tag, perhaps with its end, that a sentence goes on behind. */
const MENTIONED =
  /^<\/?script>(?:<\/script>)?["'`]?(?:[.,]?$|[.,]? (?:tags?|elements?|blocks?|is|in|and|or|to|at|that|inside)(?:[ ,.]|$))/;

function activeAttribute(tag: HtmlTag): Signal | undefined {
  for (const { name, value } of tag.attributes) {
    if (isHandler(name) && value !== '')
      return signal('event_handler', 75, 95, tag.at, `the event handler ${name} on a <${tag.name}> tag`);
    if (URL_ATTRIBUTES.has(name)) {
      const scheme = SCRIPT_SCHEMES.find((start) => value.includes(start));
      if (scheme !== undefined)
        return signal('script_url', 75, 92, tag.at, `a ${scheme} address in ${name} of a <${tag.name}> tag`);
    }
    if (name === 'formaction' || (name === 'action' && /^(?:https?:)?\/\//.test(value)))
      return signal(
        'form_injection',
        55,
        65,
        tag.at,
        `a <${tag.name}> tag sends what is typed to another host`,
      );
    if (DIRECTIVE.test(name) && REACHING.test(value))
      return signal('script_directive', 65, 78, tag.at, `a directive ${name} with code in it`);
    if (name === 'style' && ACTIVE_STYLES.first(value) >= 0)
      return signal('active_style', 65, 85, tag.at, `script in the style of a <${tag.name}> tag`);
    if (name === 'href' && isDisguisedLink(value))
      return signal('disguised_link', 45, 68, tag.at, 'a link whose host is written so that nobody reads it');
    if (value.startsWith('&{'))
      return signal('script_entity', 65, 85, tag.at, 'a script entity in an attribute');
  }
  return undefined;
}

/** Attributes that frameworks evaluate in the page, and what only an attacker puts into them. */
const DIRECTIVE = /^(?:ng-\w|v-|x-|hx-on|data-bind|:\w)/;
const REACHING = /constructor|alert|eval|document|window|\$event\b|__proto__|^['"]?(?:https?:)?\/\//;

/** A host as a number, with escapes in it, or behind a name that is none. */
function isDisguisedLink(value: string): boolean {
  const host = /^(?:https?:)?\/\/([^/?#]{1,100})/.exec(value)?.[1];
  return host !== undefined && (host.includes('@') || /%[\da-f]{2}/.test(host) || isDisguisedNumber(host));
}

function isHandler(name: string): boolean {
  return name.length > 4 && name.startsWith('on') && /^on[a-z]+$/.test(name);
}

/** How the names of event handlers go on behind `on` (HTML, SVG, Pointer, Touch and WebKit's own events). */
const HANDLERS =
  /^on(?:abort|active|after|animation|aux|before|begin|blur|bounce|cancel|can|change|click|close|contentvisibility|context|copy|cue|cut|dblclick|drag|drop|duration|emptied|ended|error|finish|focus|form|fullscreen|gesture|got|hash|input|invalid|key|load|lost|message|mouse|moz|pagehide|pageshow|paste|pause|play|pointer|popstate|progress|property|rate|ready|repeat|reset|resize|scroll|search|securitypolicy|seek|select|show|slot|stalled|start|storage|submit|suspend|time|toggle|touch|transition|unhandled|unload|volume|waiting|webkit|wheel|zoom)/;

/** `" onfocus=alert(1) autofocus x="`: an attribute is closed and a handler added. */
function brokenAttribute(lower: string): Signal | undefined {
  for (let at = lower.indexOf('on'); at >= 0; at = lower.indexOf('on', at + 2)) {
    const before = lower[at - 1];
    if (before !== undefined && /[a-z0-9_$.-]/.test(before)) continue;
    let end = at + 2;
    while (end < at + 26 && isLetter(lower.charCodeAt(end))) end++;
    if (end - at < 5) continue;
    let equals = end;
    while (equals < end + 8 && lower.charCodeAt(equals) <= 32) equals++;
    if (lower[equals] !== '=') continue;
    const name = lower.slice(at, end);
    const closed = /["'`/]\s{0,20}$/.test(lower.slice(Math.max(0, at - 21), at));
    const value = lower.slice(equals + 1, equals + 200);
    const runs = /[(`=]/.test(value) || value.includes('&#') || value.includes('javascript:');
    if ((runs && HANDLERS.test(name)) || (closed && value.trim() !== ''))
      return signal('event_handler', 70, closed ? 90 : 70, at, `the event handler ${name} is added`);
  }
  return undefined;
}

function isLetter(code: number): boolean {
  return code >= 97 && code <= 122;
}

/** `javascript:...` where an address is expected, with the blanks that browsers skip. */
function scriptScheme(lower: string): Signal | undefined {
  const bare = lower.length > 4_096 ? lower : lower.replace(/[\s\0\\]+/g, '');
  for (const scheme of SCRIPT_SCHEMES) {
    const at = bare.indexOf(scheme);
    if (at < 0) continue;
    const rest = bare.slice(at + scheme.length);
    const before = bare[at - 1];
    if (before !== undefined && /[a-z0-9]/.test(before)) continue;
    const code = /[(`=<]|%28|\/\//.test(rest.slice(0, 400)) || scheme === 'data:text/html';
    if (!code || scheme === 'data:,') continue;
    return signal('script_url', 70, 88, Math.max(0, lower.indexOf(scheme)), `a ${scheme} address`);
  }
  return undefined;
}

/** JavaScript out of nothing but brackets, `!` and `+`, as JSFuck writes it. */
function bracketCode(lower: string): Signal | undefined {
  const at = lower.search(/(?:!\[\]|\[\]\[|\+\[\])[[\]()!+]{4}/);
  return at < 0
    ? undefined
    : signal('javascript_injection', 65, 85, at, 'JavaScript written in brackets only');
}

function expression(view: PayloadView): Signal | undefined {
  const found = scriptExpression(view.lower);
  return found && signal('javascript_injection', 65, found.confidence, found.at, found.why);
}
