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
    for (const context of contexts(view.lower)) {
      const proofs = sqlProofs(sqlTokens(view.lower, context), context !== '');
      const points = proofs.reduce((sum, proof) => sum + proof.points, 0);
      if (points > bestPoints) {
        best = proofs;
        bestPoints = points;
      }
    }
    if (bestPoints < THRESHOLD) return undefined;
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

function contexts(lower: string): readonly SqlContext[] {
  const found: SqlContext[] = [''];
  if (lower.includes("'")) found.push("'");
  if (lower.includes('"')) found.push('"');
  return found;
}
