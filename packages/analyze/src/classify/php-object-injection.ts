import type { Classifier, PayloadView, Signal } from './classifier.ts';

/** `O:8:"Some\Class":1:{...`: an object in PHP's serialization format, also inside arrays and phar metadata. */
export const phpObjectInjection: Classifier = {
  triggers: ['o:', 'c:', 'aced0005', 'ro0ab', '!!python', '!ruby/object'],

  classify(view: PayloadView): Signal | undefined {
    const { lower } = view;
    const php = lower.search(
      /(?:^|[;{}\s"'=])[oc]:\+?\d{1,10}:\\?["']?[a-z_\\][\w\\]{0,128}\\?["']?:\+?\d{1,10}:\{/,
    );
    if (php >= 0) return signal('php_serialized_object', php, 'a serialized PHP object');
    const java = lower.search(/^(?:ro0ab[\w+/=]|aced0005)/);
    if (java >= 0) return signal('java_serialized_object', java, 'a serialized Java object');
    const yaml = lower.search(/!!python\/|!ruby\/object/);
    return yaml < 0 ? undefined : signal('yaml_object', yaml, 'a YAML tag that builds an object');
  },
};

function signal(indicator: string, at: number, why: string): Signal {
  return {
    attackType: 'php_object_injection',
    indicators: [indicator],
    techniques: ['T1190', 'T1059'],
    danger: 92,
    confidence: 93,
    at,
    why,
  };
}
