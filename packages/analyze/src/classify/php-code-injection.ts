import type { Classifier, PayloadView, Signal } from './classifier.ts';
import { PHP_LITERALS, phpTraits } from './php-traits.ts';

/** From this many points on, over all traits, a text is an attack. */
const THRESHOLD = 50;

/** PHP source in a value. */
export const phpCodeInjection: Classifier = {
  triggers: PHP_LITERALS,

  classify(view: PayloadView): Signal | undefined {
    if (view.place === 'command') return undefined;
    const found = phpTraits(view.lower);
    const points = found.reduce((sum, { pattern }) => sum + pattern.points, 0);
    const [first] = found.toSorted((a, b) => b.pattern.points - a.pattern.points);
    if (first === undefined || points < THRESHOLD) return undefined;
    const indicators = new Set(found.map(({ pattern }) => pattern.indicator));
    const webshell = found.length > 1 && indicators.has('php_superglobal');
    return {
      attackType: 'php_code_injection',
      indicators: [...indicators, ...(webshell ? ['web_shell'] : [])],
      techniques: webshell ? ['T1190', 'T1505.003'] : ['T1190', 'T1059'],
      danger: webshell ? 97 : 92,
      confidence: Math.min(98, points),
      at: first.at,
      why: first.pattern.why,
    };
  },
};
