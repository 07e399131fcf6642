import { literalScan } from './literal-scan.ts';

/** A piece of JavaScript without markup around it. */
export interface ScriptExpression {
  readonly at: number;
  /** 0-100. */
  readonly confidence: number;
  readonly why: string;
}

interface Sink {
  readonly literal: string;
  readonly confidence: number;
}

/** What attackers call or read to show that their script runs; a bracket must follow the functions. */
const SINKS: readonly Sink[] = [
  ...['alert', 'prompt', 'confirm'].flatMap((name) => [
    { literal: `${name}(`, confidence: 62 },
    { literal: `${name}\``, confidence: 70 },
  ]),
  ...[
    '(alert)',
    '=alert,',
    '=alert;',
    'alert.call(',
    'alert.apply(',
    'alert.bind(',
    'alert?.(',
    '[alert]',
    '(alert,',
    '(confirm)',
    '(prompt)',
    ',alert)',
    ',eval)',
  ].map((literal) => ({ literal, confidence: 65 })),
  ...['this', 'parent', 'frames', 'globalthis', 'document', 'top', 'self', 'window'].map((name) => ({
    literal: `${name}[`,
    confidence: 62,
  })),
  { literal: '.getscript(', confidence: 65 },
  { literal: 'location=name', confidence: 65 },
  { literal: 'location=location', confidence: 65 },
  { literal: "location='", confidence: 62 },
  { literal: 'location="', confidence: 55 },
  { literal: 'location.href=', confidence: 60 },
  { literal: 'location.replace(', confidence: 65 },
  { literal: 'location.assign(', confidence: 65 },
  { literal: 'sendbeacon(', confidence: 65 },
  { literal: 'insertadjacenthtml(', confidence: 65 },
  { literal: 'createcontextualfragment(', confidence: 70 },
  { literal: 'msgbox(', confidence: 60 },
  { literal: 'function`', confidence: 65 },
  { literal: 'settimeout`', confidence: 70 },
  { literal: 'setinterval`', confidence: 70 },
  { literal: 'navigator.', confidence: 45 },
  { literal: 'eval(', confidence: 60 },
  { literal: 'document.cookie', confidence: 75 },
  { literal: 'document.write', confidence: 75 },
  { literal: 'document.location', confidence: 70 },
  { literal: 'document.domain', confidence: 70 },
  { literal: 'document.body', confidence: 60 },
  { literal: 'document.getelement', confidence: 65 },
  { literal: 'document.createelement', confidence: 75 },
  { literal: 'window.location', confidence: 65 },
  { literal: 'window.name', confidence: 60 },
  { literal: 'string.fromcharcode(', confidence: 80 },
  { literal: 'settimeout(', confidence: 60 },
  { literal: 'setinterval(', confidence: 60 },
  { literal: 'innerhtml', confidence: 55 },
  { literal: 'localstorage.getitem(', confidence: 60 },
  { literal: 'localstorage.setitem(', confidence: 60 },
  { literal: 'xmlhttprequest', confidence: 65 },
  { literal: 'activexobject', confidence: 75 },
  { literal: 'constructor(', confidence: 65 },
  { literal: '.constructor.constructor', confidence: 80 },
  { literal: 'onerror=', confidence: 65 },
  { literal: '-moz-binding', confidence: 80 },
  { literal: 'expression(', confidence: 50 },
  { literal: 'import(', confidence: 55 },
  { literal: 'new image(', confidence: 65 },
  { literal: 'new websocket(', confidence: 60 },
  { literal: 'importscripts(', confidence: 70 },
  { literal: 'parent.postmessage(', confidence: 55 },
  { literal: 'history.pushstate(', confidence: 52 },
  { literal: 'document.forms', confidence: 55 },
  { literal: 'document.queryselector(', confidence: 45 },
  { literal: 'atob(', confidence: 52 },
  { literal: 'fetch(', confidence: 55 },
  { literal: 'alert/*', confidence: 70 },
  { literal: 'confirm?.(', confidence: 65 },
  { literal: 'prompt?.(', confidence: 65 },
  { literal: 'eval?.(', confidence: 70 },
];
/** One of these stands in every text in which {@link scriptExpression} finds something. */
export const SCRIPT_LITERALS: readonly string[] = SINKS.map((sink) => sink.literal);
const SCAN = literalScan(SINKS.map((sink) => sink.literal));

/**
 * The strongest sink in a text. It is more sure where the text also closes a string or a statement in front of
 * it, and a call without an argument or inside a sentence ("how to use alert() in JavaScript") is none.
 */
export function scriptExpression(lower: string): ScriptExpression | undefined {
  let best: ScriptExpression | undefined;
  SCAN.each(lower, (index, end) => {
    const sink = SINKS[index] as Sink;
    const at = end - sink.literal.length;
    if (at > 0 && isWord(lower[at - 1] as string) && isWord(sink.literal[0] as string)) return undefined;
    // `function` in Markdown is a name in a span of code.
    if (lower[at - 1] === '`' && sink.literal.endsWith('`')) return undefined;
    const fetched = FETCHED.get(sink.literal);
    if (fetched !== undefined && !fetched.test(lower.slice(end, end + 120))) return undefined;
    // A class has a constructor of its own, and a timer of ordinary code is given a function.
    if (sink.literal === 'constructor(' && !/[.\]]/.test(lower[at - 1] ?? ' ')) return undefined;
    if (
      sink.literal.startsWith('set') &&
      sink.literal.endsWith('(') &&
      !TIMED_TEXT.test(lower.slice(end, end + 48))
    )
      return undefined;
    if (sink.literal === 'document.getelement' && !/^s?by\w{1,12}\(/.test(lower.slice(end, end + 16)))
      return undefined;
    const call = sink.literal.endsWith('(');
    if (call && lower[end] === ')' && /\s/.test(lower[end + 1] ?? 'x')) return undefined;
    // `document[i]` is common code; a name in quotes is put there to be hidden.
    if (sink.literal.endsWith('[') && !/^(?:[\s'"`/(+!~]|atob|\d+\.\.)/.test(lower.slice(end, end + 16)))
      return undefined;
    const blank = at > 0 && lower.charCodeAt(at - 1) <= 32;
    const before = lower.slice(Math.max(0, at - 40), at).trimEnd();
    const brokenOut = /["'`;)}\]\-+*/<>=]$/.test(before) || /\/\/|["'`];?$/.test(before);
    const prose =
      (blank && /[a-z]$/.test(before) && !/(?:return|throw|void|typeof|new|in)$/.test(before)) ||
      (!call && /^ [a-z]{2}/.test(lower.slice(end, end + 3)));
    // `const box = document.getElementById("box")`: how every script begins.
    const declared = DECLARABLE.test(sink.literal) && DECLARED.test(before);
    const confidence = Math.min(
      95,
      sink.confidence + (brokenOut && !declared ? 20 : 0) - (prose || declared ? 30 : 0),
    );
    if (confidence >= 50 && confidence > (best?.confidence ?? 0))
      best = { at, confidence, why: `the JavaScript ${sink.literal.replace(/[(`=]$/, '')} in a value` };
    return confidence >= 95;
  });
  return best;
}

/** What fetches something: code of another host, or with something appended that is then known there. */
const FETCHED: ReadonlyMap<string, RegExp> = new Map([
  ['import(', /^\s{0,4}["'`](?:https?:|\/\/|data:)/],
  ['fetch(', /^\s{0,4}["'`](?:\/\/|(?:https?:)[^"'`]{0,80}(?:["']\s{0,2}\+|\$\{))/],
]);

const DECLARABLE = /^(?:document\.|new )/;
const DECLARED = /(?:^|[;{\s])(?:var|let|const)\s{1,4}[\w$]{1,24}\s{0,4}=$/;

/** Text that a timer would run, or what shows that it did. */
const TIMED_TEXT = /^\s{0,4}["'`]|alert|prompt|confirm|eval|document|location|print/;

function isWord(char: string): boolean {
  return /[a-z0-9_$]/.test(char);
}
