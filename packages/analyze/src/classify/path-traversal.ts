import type { Classifier, PayloadView, Signal } from './classifier.ts';
import { FILE_LITERALS, sensitiveFile } from './sensitive-files.ts';

/** From this many steps upward on the path has no ordinary reason; a single one is common in links. */
const STEPS_ALONE = 2;

/** `../../etc/passwd` in its many spellings, and files and wrappers that only an intruder asks for. */
export const pathTraversal: Classifier = {
  triggers: [
    '..',
    './/',
    '.\0.',
    './\\',
    '.\\',
    '.env',
    '.git',
    '.svn',
    '.hg/',
    '.aws',
    '.ssh',
    'web-inf',
    'wp-config',
    ...FILE_LITERALS,
  ],

  classify(view: PayloadView): Signal | undefined {
    if (view.place === 'command') return undefined;
    const plain = upwardSteps(view.lower);
    // `.%00./`: what reads paths as C strings or drops NULs sees two dots.
    const steps =
      plain.count > 0 || !view.lower.includes('.\0.') ? plain : upwardSteps(view.lower.replaceAll('\0', ''));
    const file = sensitiveFile(view.lower, view.place === 'path');
    if (steps.count === 0 && file === undefined) return undefined;
    // Nobody encodes dots, or anything twice, without a reason.
    const encoded =
      view.layers.length > 1 || (view.layers.length === 1 && /%2e|%c[01]|%e0|%f0|%u|0x2/i.test(view.sent));
    const odd = steps.odd || (steps.count > 0 && encoded);
    const certain =
      odd || (steps.count >= STEPS_ALONE && !isTold(view, steps.at)) || CODE_ABOVE.test(view.lower);
    if (!certain && file === undefined) return undefined;
    const traversal = steps.count > 0;
    const depth = `${steps.count} step${steps.count === 1 ? '' : 's'} upward`;
    const indicators = [
      ...(traversal ? ['directory_traversal'] : []),
      ...(odd ? ['disguised_traversal'] : []),
      ...(view.lower.includes('\0') ? ['null_byte'] : []),
      ...(file === undefined ? [] : [file.indicator]),
    ];
    const confidence =
      file === undefined ? Math.min(90, 60 + steps.count * 5) : traversal ? 97 : file.confidence;
    return {
      attackType: file !== undefined ? 'local_file_inclusion' : 'path_traversal',
      indicators,
      techniques: ['T1190', 'T1083'],
      danger: file === undefined ? 50 : file.danger,
      confidence,
      at: file?.at ?? steps.at,
      why: file === undefined ? depth : traversal ? `${file.why}, ${depth}` : file.why,
    };
  },
};

/** One step up to a file that holds settings or keys: no link leads there. */
const CODE_ABOVE =
  /^\.\.[/\\](?:[\w-]{1,24}[/\\])?(?:\.?(?:config|configuration|settings|secrets?|database|db|connect(?:ion)?|credentials|passwd|pass|install|setup|env|local|bootstrap|parameters)(?:[._-][\w-]{1,12})?\.(?:php\d?|inc|asp|aspx|jsp|py|rb|pl|ini|conf|cfg|ya?ml|env|bak)|\.(?:env|pass|passwd|git|svn|htpasswd|htaccess)[\w.]{0,12})[\0?]?$/;

/** "the path ../../ means two levels up": words stand on both sides of it. */
function isTold(view: PayloadView, at: number): boolean {
  return (
    view.layers.length === 0 &&
    /[a-z]{2,} $/.test(view.lower.slice(Math.max(0, at - 8), at)) &&
    /^[./\\]{2,40} [a-z]{2,}/.test(view.lower.slice(at, at + 48))
  );
}

interface Steps {
  readonly count: number;
  /** Written so that a filter misses it: `....//`, `..;/`, backslashes mixed with slashes, `.\./`. */
  readonly odd: boolean;
  readonly at: number;
}

/** Counts `..` between separators. A separator is a slash, a backslash or what is left of an encoded one. */
function upwardSteps(lower: string): Steps {
  let count = 0;
  let odd = false;
  let first = 0;
  /** Where the last step ended. */
  let chained = -1;
  for (let at = lower.indexOf('..'); at >= 0; ) {
    let end = at + 2;
    while (lower.charCodeAt(end) === 0x2e) end++;
    const before = at === 0 || at === chained || separatorBefore(lower, at);
    const after = separatorLength(lower, end, before);
    if (after > 0 || (before && (end === lower.length || lower[end] === '{'))) {
      if (count === 0) first = at;
      const dots = end - at;
      // An ellipsis in prose has no separator right behind it and a letter in front.
      if (dots === 2 || ((dots <= 4 || dots >= 8) && before)) {
        count++;
        odd ||=
          dots > 2 ? lower.charCodeAt(end + after) === 0x2e || count > 1 || dots >= 8 : after > 1 && at > 0;
        odd ||= lower[end] === ';' || lower[end] === '\\' || lower.startsWith('//', end);
      }
    }
    chained = end + after;
    at = lower.indexOf('..', end);
  }
  // `/.../`, `/./../`: nothing but dots and slashes.
  if (
    lower.length >= 3 &&
    lower.length < 256 &&
    /^[./\\]+$/.test(lower) &&
    lower.includes('..') &&
    /[/\\]/.test(lower)
  )
    return { count: Math.max(1, count), odd: true, at: 0 };
  if (count === 0) return slashedDots(lower);
  return { count, odd, at: first };
}

const SLASHED_DOTS = ['.\\./', './\\/.', '.\\.\\', '\\.\\.\\/', '.\\/\\.'];

/** `./\\/./`, `.\\.\\`: dots that only come together when the escapes between them are dropped. */
function slashedDots(lower: string): Steps {
  const at = SLASHED_DOTS.reduce((found, dots) => (found >= 0 ? found : lower.indexOf(dots)), -1);
  return { count: at < 0 ? 0 : 1, odd: at >= 0, at: Math.max(0, at) };
}

function separatorLength(lower: string, at: number, before: boolean): number {
  const code = lower.charCodeAt(at);
  if (code === 0x2f || code === 0x5c) return 1;
  if (code === 0x3b && lower[at + 1] === '/') return 2;
  // `..\r/`, `..\xff/`: a character that some decoders drop.
  if ((code < 32 || code === 0xff) && (lower[at + 1] === '/' || lower[at + 1] === '\\')) return 2;
  if (code === 0x25 && (lower[at + 1] === '/' || lower[at + 1] === '\\')) return 2;
  if (before && (lower.startsWith('2f', at) || lower.startsWith('5c', at))) return 2;
  return 0;
}

function separatorBefore(lower: string, at: number): boolean {
  const code = lower.charCodeAt(at - 1);
  return code === 0x2f || code === 0x5c || code === 0x3d || code === 0x3a;
}
