import type { Classifier, PayloadView, Signal } from './classifier.ts';

/**
 * Four or more conversions of printf without a word between them, one of which reads or writes memory it should
 * not. `%Y-%m-%d %H:%M` and `%s of %s` are the formats of ordinary programs.
 */
const CONVERSIONS = /(?:%(?:\d{1,4}\$)?[-+#0]?\d{0,4}(?:\.\d{1,4})?(?:hh?|ll?|[qjzt])?[sxpnu][.,:|_-]?){4}/;
/** `%n` writes what was printed so far: no ordinary text has it twice. */
const WRITES = /(?:%(?:\d{1,4}\$)?\d{0,9}h{0,2}n[^%]{0,8}){2}/;

/** Format strings for C programs that print what they are sent (CWE-134). */
export const formatString: Classifier = {
  triggers: ['%n', 'n%', '$n', 'hn', 's%', 'x%', 'p%', '%p.', '%x.', 'x.%', 'p.%', 'u%'],

  classify(view: PayloadView): Signal | undefined {
    if (view.place === 'command') return undefined;
    const writes = view.lower.search(WRITES);
    const at = writes >= 0 ? writes : view.lower.search(CONVERSIONS);
    if (at < 0) return undefined;
    return {
      attackType: 'protocol_attack',
      indicators: ['format_string'],
      techniques: ['T1190', 'T1203'],
      danger: writes >= 0 ? 75 : 60,
      confidence: 82,
      at,
      why:
        writes >= 0
          ? 'conversions of printf that write to memory'
          : 'conversions of printf that read what stands in memory',
    };
  },
};
