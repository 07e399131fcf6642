import type { Classifier, PayloadView, Signal } from './classifier.ts';
import type { SqlProof } from './sql-proof.ts';
import { sqlProofs } from './sql-rules.ts';
import { type SqlContext, sqlTokens } from './sql-tokens.ts';

/** From this many points on a text is an attack. */
const THRESHOLD = 50;

/**
 * Reads the text as three statements would: as a bare value and as the inside of a string in each kind of
 * quote it holds, and keeps the reading with the most proof. The idea of trying the contexts and judging the
 * token stream is N. Galbreath's ("libinjection", Black Hat USA 2012); the rules are our own.
 */
export const sqlInjection: Classifier = {
  triggers: [
    "'",
    '"',
    '`',
    '--',
    '/*',
    '#',
    ';',
    '||',
    '&&',
    '=',
    '(',
    '@@',
    'select',
    'union',
    'show ',
    'into @',
    'order by',
    'group by',
    'having',
    'waitfor',
    'exec',
    'drop',
    'insert',
    'delete',
    'update',
    'like',
    'between',
    'and ',
    'or ',
  ],

  classify(view: PayloadView): Signal | undefined {
    let best: readonly SqlProof[] = [];
    let bestPoints = 0;
    for (const [text, context] of readings(view.lower)) {
      const proofs = sqlProofs(sqlTokens(text, context), context !== '');
      const points = proofs.reduce((sum, proof) => sum + proof.points, 0);
      if (points > bestPoints) {
        best = proofs;
        bestPoints = points;
      }
    }
    if (bestPoints < THRESHOLD) return brokenKeyword(view.lower);
    const ordered = best.toSorted((a, b) => b.points - a.points);
    const [first] = ordered;
    if (first === undefined) return undefined;
    return {
      attackType: 'sql_injection',
      indicators: [...new Set(ordered.map((proof) => proof.indicator))],
      techniques: ordered.some((proof) => proof.system) ? ['T1190', 'T1059'] : ['T1190'],
      danger: ordered.reduce((most, proof) => Math.max(most, proof.danger), 0),
      confidence: Math.min(100, bestPoints),
      at: first.at,
      why: first.why,
    };
  },
};

const KEYWORD = /\b(?:union|select|insert|update|delete|drop|from|where|having|sleep|benchmark|waitfor)\b/g;

/** `uni/**\/on`, `sel/**\/ect`: a keyword with a comment in it is there for a filter alone. */
function brokenKeyword(lower: string): Signal | undefined {
  const at = lower.includes('/**/') ? lower.search(SPLIT_WORD) : -1;
  if (at < 0) return undefined;
  const whole = lower.replaceAll('/**/', '').match(KEYWORD)?.length ?? 0;
  if (whole <= (lower.match(KEYWORD)?.length ?? 0)) return undefined;
  return {
    attackType: 'sql_injection',
    indicators: ['filter_evasion'],
    techniques: ['T1190'],
    danger: 70,
    confidence: 65,
    at,
    why: 'a keyword of SQL is broken up by a comment',
  };
}

/** `don't`, `it's`: a quote that closes nothing, since no dialect takes the letters behind it for SQL. */
const CONTRACTION = /^(?:s|t|d|m|ll|re|ve|n|em|clock)\b/;
/** `uni/**\/on`: what is left once a filter has taken the comments, or the keywords inside, away. */
const SPLIT_WORD = /[a-z]\/\*\*\/[a-z]/;
/** `.1union`, `\Nunion`: a number or NULL of MySQL ends where a keyword begins. */
const GLUED_UNION = /(^|[\s'"(,=])(?:\.\d{1,8}|\\n)(?=union\b)/;
/** `union--x\nselect`: a comment to the end of its line stands in for a blank. */
const LINE_COMMENT = /(?:--|#)[^\n'"]{0,40}\n/;
const LINE_COMMENTS = new RegExp(LINE_COMMENT, 'g');
const NESTED_WORD = /[a-z](?:union|select)[a-z]/;

/** A text that a filter has changed: bare, and inside a string where it may close one. */
function inside(text: string): readonly Reading[] {
  const quote = /^[^'"]{0,24}(['"])/.exec(text)?.[1] as SqlContext | undefined;
  return quote === undefined
    ? [[text, '']]
    : [
        [text, ''],
        [text, quote],
      ];
}

type Reading = readonly [text: string, context: SqlContext];

function readings(lower: string): readonly Reading[] {
  const found: Reading[] = [[lower, '']];
  // The quotes of a JSON document are its own.
  const json = /^\s{0,8}[{[]\s{0,8}"/.test(lower);
  for (const quote of ["'", '"'] as const) {
    if (json && quote === '"') continue;
    const at = lower.indexOf(quote);
    if (at < 0) continue;
    const word = at > 0 && /[a-z]/.test(lower[at - 1] as string);
    if (!(word && CONTRACTION.test(lower.slice(at + 1, at + 7)))) found.push([lower, quote]);
    // To standard SQL a backslash escapes nothing; to a filter that adds another one neither.
    if (at > 0 && at < 16 && lower[at - 1] === '\\' && !/[a-z]/.test(lower[at - 2] ?? ''))
      found.push([lower.slice(0, at - 1) + lower.slice(at), quote]);
  }
  const tick = lower.indexOf('`');
  // Two of them are a name or a span of code.
  if (tick >= 0 && !lower.includes('`', tick + 1)) found.push([lower, '`']);
  // What a pattern needs is looked for first: that is much cheaper.
  if (lower.includes('/**/') && SPLIT_WORD.test(lower)) found.push(...inside(lower.replaceAll('/**/', '')));
  const union = lower.includes('union');
  if (union && GLUED_UNION.test(lower)) found.push([lower.replace(GLUED_UNION, '$1 1 '), '']);
  if (lower.includes('\n') && LINE_COMMENT.test(lower))
    found.push(...inside(lower.replace(LINE_COMMENTS, ' ')));
  if ((union || lower.includes('select')) && NESTED_WORD.test(lower))
    found.push(...inside(lower.replace(/([a-z])(?:union|select)(?=[a-z])/g, '$1')));
  return found;
}
