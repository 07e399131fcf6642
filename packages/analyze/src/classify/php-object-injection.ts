import type { Classifier, PayloadView, Signal } from './classifier.ts';
import { type GatedPattern, gatedPatterns } from './gated-patterns.ts';

interface ObjectForm extends GatedPattern {
  readonly indicator: string;
  readonly confidence: number;
  readonly why: string;
}

function form(
  indicator: string,
  literals: readonly string[],
  needle: RegExp,
  why: string,
  confidence = 93,
): ObjectForm {
  return { indicator, literals, needle, why, confidence };
}

/** How each language writes an object down, where reading it back runs code. */
const FORMS: readonly ObjectForm[] = [
  form(
    'php_serialized_object',
    ['o:', 'c:'],
    /(?:^|[;{}\s"'=|])[oc]:\+?\d{1,10}:\\?["']?[a-z_\\][\w\\]{0,128}\\?["']?:\+?\d{1,10}:\{/,
    'a serialized PHP object',
  ),
  form(
    'java_serialized_object',
    ['ro0ab', 'aced0005', '\x00\x05'],
    /^(?:ro0ab[\w+/=]|aced0005)|\xac\xed\0/,
    'a serialized Java object',
  ),
  form(
    'dotnet_serialized_object',
    ['aaeaaad/////', '/wey'],
    /^aaeaaad\/{5}|^\/wey[\w+/=]{16}/,
    'a serialized .NET object',
    85,
  ),
  form(
    'python_pickle',
    [
      'gasv',
      'cos\n',
      'cposix\n',
      'cnt\n',
      'c__builtin__\n',
      'cbuiltins\n',
      'csubprocess\n',
      'cos\\n',
      'cposix\\n',
      'c__builtin__\\n',
      'cbuiltins\\n',
    ],
    /^ga[sw]v[\w+/=]{8}|(?:^|[^\w])c(?:os|posix|nt|__builtin__|builtins|subprocess)(?:\n|\\n)[a-z_]{2,20}(?:\n|\\n)/,
    'a pickled Python object',
    85,
  ),
  form(
    'yaml_object',
    ['!!', '!ruby/'],
    /!!(?:python\/|(?:com|javax?|org|sun)\.\w)|!ruby\/\w/,
    'a YAML tag that builds an object',
  ),
  form(
    'json_object',
    ['@type', '$type', '__type', 'py/', 'json_class', '"^o"', '_$$nd_func'],
    /["']@type["']\s{0,4}:\s{0,4}["']\[?l?[a-z]\w{0,40}\.\w{1,60}[.$]|["'](?:\$type|__type)["']\s{0,4}:\s{0,4}["'](?:system|microsoft)\.|["']py\/(?:object|reduce|function|type)|["']json_class["']|["']\^o["']\s{0,4}:|_\$\$nd_func\$\$_/,
    'JSON that names the class to be built',
  ),
  form(
    'json_object',
    ['["java', '["com.sun', '["org.', '["ch.qos', '["sun.'],
    /\["(?:javax?\.\w|com\.sun\.\w|org\.(?:apache|springframework|hibernate)\.|ch\.qos\.|sun\.\w)/,
    'JSON that names the class to be built',
    88,
  ),
  form(
    'xml_object',
    [
      'xmldecoder',
      'class="java',
      "class='java",
      '<dynamic-proxy',
      'jdk.nashorn',
      '<void method',
      'javax.imageio',
    ],
    /java\.beans\.xmldecoder|<(?:object|void)\s{1,4}class\s{0,2}=\s{0,2}["']javax?\.|<dynamic-proxy>|<jdk\.nashorn|<void\s{1,4}method=|<javax\.imageio/,
    'XML that names the class to be built',
  ),
  form(
    'class_loader_access',
    ['classloader'],
    /\bclass\.(?:module\.)?classloader\b|\bclass\[["']?(?:module|classloader)/,
    'the binding of a bean reaches the class loader (CVE-2022-22965)',
  ),
  form(
    'prototype_pollution',
    ['__proto__', 'prototype'],
    /["']__proto__["']\s{0,4}:|__proto__\s{0,2}[[.]|["']constructor["']\s{0,4}:\s{0,4}\{\s{0,4}["']prototype|constructor(?:\[|\.)["']?prototype["']?[\].]/,
    'the prototype of all objects is changed',
    85,
  ),
];

/** Ruby's Marshal 4.8 of an object, a user class or a user dump, in base64. A hash, as sessions are, is none. */
const RUBY_OBJECT = /^BAh[vV1][\w+/=-]{12}/;

const FIND = gatedPatterns(FORMS);
const POLLUTING_PART = /__proto__[[.]|constructor(?:\[|\.)prototype[\].]/;

/** Objects in a serialization format, which the server would build, and writes to the prototype of all objects. */
export const phpObjectInjection: Classifier = {
  triggers: [...FORMS.flatMap((entry) => entry.literals), 'bahv', 'bah1'],

  classify(view: PayloadView): Signal | undefined {
    if (POLLUTING_PART.test(view.part))
      return signal('prototype_pollution', 0, 88, `${view.part} writes to the prototype of all objects`);
    if (view.part.includes('classloader'))
      return signal('class_loader_access', 0, 94, `${view.part} reaches the class loader (CVE-2022-22965)`);
    if (RUBY_OBJECT.test(view.text)) return signal('ruby_marshal', 0, 82, 'a marshalled Ruby object');
    const found = FIND(view.lower);
    if (found === undefined) return undefined;
    const { indicator, confidence, why } = found.pattern;
    return signal(indicator, found.at, confidence, why);
  },
};

function signal(indicator: string, at: number, confidence: number, why: string): Signal {
  return {
    attackType: 'php_object_injection',
    indicators: [indicator],
    techniques: ['T1190', 'T1059'],
    danger: indicator === 'prototype_pollution' ? 75 : 92,
    confidence,
    at,
    why,
  };
}
